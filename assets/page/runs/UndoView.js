/** The preview of a run's undo, which a click asks for, and the button that undoes it. */

import { useFrame } from "../app/frame.js";
import { PlaceLink } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { Heading } from "../components/Heading.js";
import { Loading } from "../components/Loading.js";
import { useIsHere } from "../hooks/useIsHere.js";
import { useOperation } from "../hooks/useOperation.js";
import { useTask } from "../hooks/useTask.js";
import { Bootstrap, h, useCallback, useEffect, useRef, useState } from "../react.js";
import { t } from "../translate.js";
import { RunWords } from "./RunWords.js";
import { UndoPlan } from "./UndoPlan.js";
import { isRedone } from "./words.js";

/** @param {{place: import("../app/place.js").Place}} props */
export function UndoView({ place }) {
  const id = Number(place.id);
  const { data: run, error } = useOperation("run", { run: id });
  const preview = useUndoPreview(id);
  const redone = run ? isRedone(run) && run.undoes : Number(place.params.redo);
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { ticket } = place;
  const { start } = preview;
  useEffect(() => { if (ticket) start(); }, [ticket, start]);
  const press = () => {
    element.current?.querySelector("h2")?.focus(); // the button goes away
    start();
  };
  return h("div", { ref: element },
    h("p", null, h(PlaceLink, { to: ["runs", id] }, t("run.title", { id: place.id }))),
    h(Heading, { text: redone ? t("undo.redoTitle", { id: String(redone) }) : t("undo.title", { id: place.id }) }),
    run && h("p", { className: "it-run-words" }, h(RunWords, { run, fields: Object.keys(run.fields) })),
    h(ErrorAlert, { error: error ?? preview.error }),
    preview.isRunning && h(Loading, { text: t("undo.planning") }),
    run && preview.plan !== undefined && h(UndoPlan, { run, plan: preview.plan }),
    !preview.isRunning && preview.plan === undefined && !error && h(Ask, { label: t(redone ? "undo.redoPreview" : "undo.preview"), onPreview: press, hasFailed: Boolean(preview.error) }));
}

/** @param {{label: string, onPreview: () => void, hasFailed: boolean}} props */
function Ask({ label, onPreview, hasFailed }) {
  return h("div", null, !hasFailed && h("p", { className: "it-intro" }, t("undo.ask")),
    h("div", { className: "it-buttons" }, h(Bootstrap.Button, { onClick: onPreview }, label)));
}

/**
 * Plans an undo as a task. `plan` is the run that has the plan, null if nothing is left to undo, and undefined before.
 * @param {number} id
 */
function useUndoPreview(id) {
  const { announce } = useFrame();
  const task = useTask("undo", "undo_preview");
  const [plan, set] = useState(/** @type {import("./words.js").Run | null | undefined} */ (undefined));
  const { start: startTask } = task;
  const isHere = useIsHere();
  const start = useCallback(async () => {
    announce(t("undo.planning"));
    const planned = await startTask({ run: id, preview: true });
    if (isHere.current) set(planned);
  }, [announce, startTask, id, isHere]);
  const isStopped = plan && plan.status !== "done";
  const error = task.error ?? (isStopped ? new Error(plan.error || t(`status.${plan.status}`)) : null);
  return { start, isRunning: task.isRunning, error, plan: error || task.isRunning ? undefined : plan };
}
