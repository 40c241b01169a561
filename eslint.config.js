/** What ESLint checks in the page. Types and undefined names are the business of TypeScript (tsconfig.json). */

import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";

export default [
  { ignores: ["build/", "dist/", "vendor/", "node_modules/", ".venv/", "tests/data/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: 2023 },
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      "react-hooks/exhaustive-deps": "error",
      "no-undef": "off", // TypeScript knows the browser's names
      "no-control-regex": "off", // visible.js shows control characters
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "eqeqeq": "error",
      "no-var": "error",
      "prefer-const": "error",
      "max-lines": ["error", 300],
    },
  },
  { files: ["assets/page/texts.js"], rules: { "max-lines": "off" } }, // one table of all texts
  { files: ["assets/stash/*.js", "assets/redirect.js", "tests/fake_stash/**/*.js"], languageOptions: { sourceType: "script" } },
];
