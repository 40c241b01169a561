/** The tags, performers and studios that a run created and that still exist. */

import { h } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";

/** @typedef {{kind: string, name: string, state: string}} Name */

/**
 * Those of a run's names that it created.
 * @param {Name[]} names
 */
export function createdOf(names) {
  return names.filter((name) => name.state === "made");
}

/** @param {{names: Name[], text?: string}} props */
export function Created({ names, text = "run.created" }) {
  const created = createdOf(names);
  if (!created.length) return null;
  return h("details", { className: "it-folded" }, h("summary", null, t(text, { count: created.length })),
    h("ul", { className: "it-columns" }, created.map(({ kind, name }) => h("li", { key: `${kind} ${name}` },
      h("span", { className: "it-muted" }, t(`kind.${kind}`)), " ", h("bdi", null, oneLine(name))))));
}
