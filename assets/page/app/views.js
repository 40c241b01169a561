/** The tabs, and which component shows a place. */

import { Review } from "../review/Review.js";
import { Runs } from "../runs/Runs.js";
import { explain } from "../views/explain.js";
import { rules } from "../views/rules.js";
import { setup } from "../views/setup.js";
import { oldView } from "./OldView.js";

/** The tabs in order. The texts `nav.NAME` are their names. */
export const TABS = ["review", "runs", "rules", "explain", "setup"];

/**
 * @typedef {object} View
 * @property {string} tab the tab under which it stands
 * @property {import("react").ComponentType<{place: import("./place.js").Place}>} component
 */

/** @type {Record<string, View>} */
const VIEWS = {
  review: { tab: "review", component: Review },
  runs: { tab: "runs", component: Runs },
  undo: { tab: "runs", component: Runs },
  rules: { tab: "rules", component: oldView(rules) },
  explain: { tab: "explain", component: oldView(explain) },
  setup: { tab: "setup", component: oldView(setup) },
};

/**
 * The view of a place; what names none leads to the rules.
 * @param {import("./place.js").Place} place
 */
export function viewOf({ name, id }) {
  const known = Object.hasOwn(VIEWS, name) ? name : "rules";
  return { ...VIEWS[known], key: `${known}/${id}` };
}
