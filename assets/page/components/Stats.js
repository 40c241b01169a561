/** Counts as large numbers with their words. Those that are 0 stay out unless named in `always`. */

import { h } from "../react.js";
import { number, t } from "../translate.js";

/**
 * @param {{counts: Record<string, any>, names: string[], always?: string[]}} props `names` in order; the
 *   texts `count.NAME` are their words
 */
export function Stats({ counts, names, always = [] }) {
  const shown = names.filter((name) => counts[name] || (always.includes(name) && counts[name] !== undefined));
  return h("dl", { className: "it-tiles" }, shown.map((name) =>
    h("div", { className: `card it-tile it-tile-${name}`, key: name }, h("dt", null, t(`count.${name}`)), h("dd", null, number(counts[name])))));
}
