/** Runs: the history, one run, and the preview of its undo. */

import { h } from "../react.js";
import { RunList } from "./RunList.js";
import { RunView } from "./RunView.js";
import { UndoView } from "./UndoView.js";

/** @param {{place: import("../app/place.js").Place}} props */
export function Runs({ place }) {
  if (!place.id) return h(RunList, { place });
  return h(place.name === "undo" ? UndoView : RunView, { place });
}
