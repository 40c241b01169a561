/** Runs: the history, one run, and what its undo would write. */

import { h } from "../react.js";
import { oldView } from "../app/OldView.js";
import { run } from "../views/run.js";
import { runs } from "../views/runs.js";
import { undo } from "../views/undo.js";

const List = oldView(runs);
const Run = oldView(run);
const Undo = oldView(undo);

/** @param {{place: import("../app/place.js").Place}} props */
export function Runs({ place }) {
  if (!place.id) return h(List, { place });
  return h(place.name === "undo" ? Undo : Run, { place });
}
