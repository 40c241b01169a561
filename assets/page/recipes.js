// @ts-nocheck -- a view of before React: types come when it is rewritten
/** The recipes: rules files of one rule each, beside this page, of which the rule is inserted. */

import { Failure } from "./api.js";
import { asset } from "./asset-url.js";
import { t } from "./translate.js";

export const RECIPES = ["date-taken", "keywords", "downloads", "folder-performer", "sets", "prompts", "rating", "title"];

/** The lines of a recipe's rule, without what makes it a file of its own. */
export async function recipe(name, signal) {
  const response = await fetch(asset(`recipes/${name}.yaml`), { signal }).catch((error) => {
    throw signal.aborted ? error : new Failure(t("error.network"));
  });
  if (!response.ok) throw new Failure(t("error.status", { status: response.status }));
  const text = await response.text();
  return text.slice(text.indexOf("\n", text.indexOf("\nrules:") + 1) + 1).trimEnd();
}

/** The text with the rule as the last of its list, indented as the others are. */
export function inserted(text, rule) {
  const indent = /^( *)- name:/m.exec(text)?.[1] ?? "";
  const lines = rule.split("\n").map((line) => (line ? indent + line : line)).join("\n");
  const body = text.trimEnd();
  if (!body) return `version: 1\nrules:\n${lines}\n`;
  const open = /^rules: *(\[\])? *$/m;
  if (!/^rules:/m.test(body)) return `${body}\nrules:\n${lines}\n`;
  return `${body.replace(open, "rules:")}\n\n${lines}\n`;
}
