// The own settings of the folder that is tested, without the check of types, for which not all packages are there.
const path = require("node:path");

const own = require(path.join(process.cwd(), "jest.config.js"));
module.exports = {
  ...own,
  rootDir: process.cwd(),
  transform: { "^.+\\.tsx?$": ["ts-jest", { isolatedModules: true, diagnostics: false }] },
};
