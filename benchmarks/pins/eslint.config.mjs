// One rule, the most tolerant parser settings, every file of the tree: eslint as the oracle for console sites.
import parser from "@typescript-eslint/parser";

const jsx = { ecmaFeatures: { jsx: true } };

export default [
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" } },
  {
    files: ["**/*.js", "**/*.jsx", "**/*.mjs", "**/*.cjs", "**/*.tsx"],
    languageOptions: { parser, parserOptions: jsx },
    rules: { "no-console": "error" },
  },
  {
    files: ["**/*.ts", "**/*.mts", "**/*.cts"],
    languageOptions: { parser },
    rules: { "no-console": "error" },
  },
];
