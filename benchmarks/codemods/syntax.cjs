// Reads {typescript, folder, paths} from stdin; prints the paths whose text has a syntax error, as JSON.
const fs = require("node:fs");
const path = require("node:path");

const given = JSON.parse(fs.readFileSync(0, "utf8"));
const ts = require(given.typescript);
const broken = given.paths.filter((name) => {
  const kind = /\.m?c?ts$/.test(name) ? ts.ScriptKind.TS : name.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.JSX;
  const text = fs.readFileSync(path.join(given.folder, name), "utf8");
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, false, kind);
  return file.parseDiagnostics.length > 0;
});
process.stdout.write(JSON.stringify(broken));
