// Prisma generates its client with a program that npm does not carry: a stand-in, whose enums name their own members.
const members = new Proxy({}, { get: (_, member) => (typeof member === "string" ? member : undefined) });
module.exports = new Proxy(
  { __esModule: true, PrismaClient: class {} },
  { get: (exported, name) => exported[name] ?? members },
);
