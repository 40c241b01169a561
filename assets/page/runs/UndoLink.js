/** Leads to the preview of a run's undo, or of its redo if it is an undo. */

import { TicketLink } from "../components/TicketLink.js";
import { Icon, VisuallyHidden, h } from "../react.js";
import { t } from "../translate.js";
import { isRedone } from "./words.js";

/** @param {{run: import("./words.js").Run, className: string}} props */
export function UndoLink({ run, className }) {
  const isRedo = isRedone(run);
  const target = t("runs.number", { id: String(isRedo ? run.undoes : run.id) });
  return h(TicketLink, { to: ["undo", run.id, { redo: isRedo && run.undoes }], className: `btn ${className}` },
    h(Icon, { name: isRedo ? "faRotateRight" : "faRotateLeft" }), t(isRedo ? "run.redo" : "run.undo"),
    h(VisuallyHidden, null, ` ${target}`));
}
