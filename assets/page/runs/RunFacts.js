/** When and by whom a run was started, and which other runs it belongs to. */

import { PlaceLink } from "../app/place.js";
import { RelativeTime } from "../components/RelativeTime.js";
import { h } from "../react.js";
import { t } from "../translate.js";

/** @param {{run: import("./words.js").Run}} props */
export function RunFacts({ run }) {
  const facts = [
    ["run.started", h(RelativeTime, { value: run.started })],
    ["run.ended", run.ended && h(RelativeTime, { value: run.ended })],
    ["run.by", t(`run.by.${run.by}`)],
    ["run.undoes", run.undoes && !run.redoes && h(RunLink, { id: run.undoes })],
    ["run.redoes", run.redoes && h(RunLink, { id: run.redoes })],
    ["run.undoneBy", run.undone_by && h(RunLink, { id: run.undone_by })],
    ["run.planOf", run.plan !== run.id && h(RunLink, { id: run.plan, view: "review" })],
    ["run.appliedBy", run.applied_by && h(RunLink, { id: run.applied_by })],
  ];
  return h("dl", { className: "it-facts" }, facts.filter(([, value]) => value).map(([term, value]) =>
    h("div", { key: term }, h("dt", null, t(term)), h("dd", null, value))));
}

/** @param {{id: number, view?: string}} props */
function RunLink({ id, view = "runs" }) {
  return h(PlaceLink, { to: [view, id] }, t("runs.number", { id: String(id) }));
}
