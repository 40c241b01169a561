/** What a run is about: its rules and the fields they set, or its task if it has none. */

import { h } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { fieldNames, modeName } from "./words.js";

const MAX_NAMES = 4;

/** @param {{run: import("./words.js").Run, fields?: string[]}} props */
export function RunWords({ run, fields = run.fields }) {
  const isOfRules = run.rules.length > 0 && !run.undoes;
  const names = isOfRules ? listed(run.rules.map(oneLine)) : modeName(run);
  const text = fields.length ? t("runs.content", { names, fields: listed(fieldNames(fields)) }) : names;
  return h("bdi", null, text);
}

/**
 * The first few of some names, and the number of the others.
 * @param {string[]} names
 */
function listed(names) {
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, more > 1 ? MAX_NAMES : names.length).join(", ");
  return more > 1 ? `${shown} ${t("runs.rest", { count: more })}` : shown;
}
