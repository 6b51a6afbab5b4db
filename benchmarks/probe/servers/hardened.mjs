// Express with helmet, cors, express-rate-limit and compression at their defaults: node hardened.mjs PORT
import compression from 'compression';
import cors from 'cors';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';

const app = express();
app.use(helmet());
app.use(cors({ origin: ['https://app.example'] }));
app.use(rateLimit({ windowMs: 60_000, limit: 100, standardHeaders: 'draft-8', legacyHeaders: false }));
app.use(compression());
app.use(express.json({ limit: '100kb' }));

app.get('/', (request, response) => response.json({ hello: 'world' }));
app.get('/items', (request, response) => response.json(Array.from({ length: 200 }, (_, number) => ({ number }))));
app.get('/items/:number', (request, response) => response.json({ number: Number(request.params.number) }));
app.post('/messages', (request, response) => response.json({ length: String(request.body?.text ?? '').length }));
app.use((request, response) => response.status(404).json({ error: 'not found' }));
app.use((error, request, response, next) =>
  response.status(error.status ?? 500).json({ error: error.status < 500 ? 'bad request' : 'internal error' }),
);

app.listen(Number(process.argv[2]), '127.0.0.1');
