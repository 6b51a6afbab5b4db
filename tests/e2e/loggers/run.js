// Runs the functions of two files, one that writes to the console and one that writes to a logger, with the same values,
// and prints what each of them has written: a line of JSON for each function.
const write = process.stdout.write.bind(process.stdout);
const lines = [];
const keep = (chunk, ...rest) => {
  lines.push(String(chunk));
  const done = rest.at(-1);
  if (typeof done === 'function') done();
  return true;
};

function makeValues() {
  const error = Object.assign(new Error('boom'), { code: 'E_BOOM', detail: { table: 'rooms' } });
  error.stack = 'Error: boom\n    at open (chat.js:7:1)';
  const circle = { name: 'ring' };
  circle.self = circle;
  const caused = new TypeError('outer', { cause: error });
  caused.stack = 'TypeError: outer\n    at send (chat.js:9:1)';
  const plain = Object.assign(new Error('refused'), { stack: 'Error: refused\n    at connect (net.js:3:1)' });
  const wrapped = Object.assign(new TypeError('failed', { cause: plain }), { status: 502 });
  wrapped.stack = 'TypeError: failed\n    at send (chat.js:9:1)';
  return {
    wrapped,
    text: 'ada', number: 42, minus: -0, none: undefined, nothing: null, nan: NaN, big: 10n, yes: true,
    nested: { msg: 'inner', level: 'odd', time: 1, message: 'also', pid: 7, v: 9 },
    error, caused, circle, map: new Map([['key', 'kept']]), set: new Set(['member']), list: [1, 'two', undefined],
    date: new Date(0), symbol: Symbol('mark'), method: function named() {}, hundred: '100%', order: '%s and %d',
    buffer: Buffer.from('hi'), deep: { a: { b: { c: { d: 1 } } } }, empty: '',
  };
}

async function collect(functions) {
  const found = {};
  for (const [name, run] of Object.entries(functions)) {
    lines.length = 0;
    try {
      await run(makeValues());
    } catch (error) {
      lines.push(`THREW ${error.stack}`);
    }
    await new Promise(setImmediate);
    found[name] = [...lines];
  }
  return found;
}

global.sink = { write: keep };
process.stdout.write = keep;
process.stderr.write = keep;
(async () => {
  const [before, after] = process.argv.slice(2).map((path) => require(path));
  write(`${JSON.stringify([await collect(before), await collect(after)])}\n`);
})();
