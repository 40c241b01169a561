/** What an undo reverts, image by image, and the button that does it. */

import { useNavigate } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { Loading } from "../components/Loading.js";
import { useIsHere } from "../hooks/useIsHere.js";
import { useOperation } from "../hooks/useOperation.js";
import { useTask } from "../hooks/useTask.js";
import { Bootstrap, Icon, h, useState } from "../react.js";
import { t } from "../translate.js";
import { Created, createdOf } from "./Created.js";
import { Notes } from "./Notes.js";
import { RunImages } from "./RunImages.js";
import { isRedone } from "./words.js";

/** @typedef {import("./words.js").Run} Run */

/** @param {{run: Run, plan: Run | null}} props `run` is to be undone; `plan` is the preview of that, null if it has nothing to revert */
export function UndoPlan({ run, plan }) {
  const { data, error } = useOperation(plan ? "run" : null, plan ? { run: plan.id } : {});
  const count = plan?.counts.planned ?? 0;
  const created = createdOf(run.names).length;
  const isRedo = isRedone(run);
  if (!count && !created) return h("div", null, h(Nothing, { isRedo }), data && h(Skipped, { notes: data.notes }));
  return h("div", null,
    h("p", { className: "it-intro" }, isRedo ? t("undo.redoIntro", { id: String(run.id) }) : t("undo.intro")),
    h(Created, { names: run.names, text: "undo.names" }),
    h(ErrorAlert, { error }), data && h(Skipped, { notes: data.notes }),
    plan && !data && !error ? h(Loading) : h(UndoBar, { run, label: labelOf(count, created, isRedo) }),
    plan && count > 0 && h(RunImages, { plan: plan.id, title: t(isRedo ? "undo.redoImages" : "undo.images", { count }) }));
}

/** @param {{isRedo: boolean}} props */
function Nothing({ isRedo }) {
  return h("div", { className: "it-note it-note-info" }, h("p", null, t(isRedo ? "undo.redoNothing" : "undo.nothing")));
}

/**
 * @param {number} count
 * @param {number} created
 * @param {boolean} isRedo
 */
function labelOf(count, created, isRedo) {
  if (!count) return t("undo.doNames", { count: created });
  return t(isRedo ? "undo.redo" : "undo.do", { count });
}

/** @param {{notes: {id: string | null, text: string}[]}} props */
function Skipped({ notes }) {
  const count = new Set(notes.map((note) => note.id)).size;
  return h(Notes, { notes, summary: t("undo.skipped", { count }), isOpen: count <= 5 });
}

/** @param {{run: Run, label: string}} props */
function UndoBar({ run, label }) {
  const { go } = useNavigate();
  const task = useTask("undo");
  const isHere = useIsHere();
  const [isEmpty, setEmpty] = useState(false);
  const act = async () => {
    setEmpty(false);
    const undo = await task.start({ run: run.id });
    if (undo) go("runs", undo.id);
    else if (isHere.current) setEmpty(true);
  };
  return h("div", { className: "it-bar" },
    h(Bootstrap.Button, { className: "it-main", disabled: task.isRunning, onClick: act },
      h(Icon, { name: isRedone(run) ? "faRotateRight" : "faRotateLeft" }), label),
    h(ErrorAlert, { error: task.error ?? (isEmpty ? new Error(t("undo.nothing")) : null) }));
}
