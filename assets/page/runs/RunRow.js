/** A run of the history in words, with what can be done about it. */

import { PlaceLink } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { RelativeTime } from "../components/RelativeTime.js";
import { StatusBadge } from "../components/StatusBadge.js";
import { useTask } from "../hooks/useTask.js";
import { Bootstrap, Icon, VisuallyHidden, h } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { RunWords } from "./RunWords.js";
import { UndoLink } from "./UndoLink.js";
import { isPreview, modeName, summary } from "./words.js";

/** @param {{run: import("./words.js").Run, isNew: boolean}} props */
export function RunRow({ run, isNew }) {
  const resume = useTask("resume");
  const isOfRules = run.rules.length > 0 && !run.undoes;
  const number = t("runs.number", { id: String(run.id) });
  const named = h(VisuallyHidden, null, ` ${number}`);
  const facts = [summary(run), run.sample && t("runs.sample", { count: run.sample }), !run.undoes && t(`runs.by.${run.by}`),
    isOfRules && modeName(run), number];
  return h("li", { className: `card it-run${run.held ? " it-run-held" : ""}`, "data-id": run.id },
    h("div", { className: "it-run-main" },
      h("p", { className: "it-run-head" }, h(PlaceLink, { to: placeOf(run), className: "it-run-name" }, h(RunWords, { run })),
        !isPreview(run) && h(StatusBadge, { status: run.status }),
        isNew && h("span", { className: "it-badge it-badge-new" }, t("runs.new"))),
      h("p", { className: "it-muted it-run-facts" }, facts.filter(Boolean).map((fact) => h("span", { key: fact }, fact)),
        h(RelativeTime, { value: run.started })),
      run.held && h("p", { className: "it-reason", dir: "auto" }, oneLine(run.held)),
      run.error && h("p", { className: "it-reason", dir: "auto" }, oneLine(run.error))),
    h("div", { className: "it-run-actions" },
      run.held && h(PlaceLink, { to: ["review", run.id], className: "btn btn-primary" },
        h(Icon, { name: "faEye" }), t("runs.review"), named),
      run.resumable && h(Bootstrap.Button, { variant: "secondary", size: "sm", disabled: resume.isRunning,
        onClick: () => resume.start({ run: run.id }) }, h(Icon, { name: "faPlay" }), t("run.resume"), named),
      run.undoable && run.status !== "undone" && h(UndoLink, { run, className: "btn-secondary btn-sm" })),
    h(ErrorAlert, { error: resume.error }));
}

/**
 * A plan of rules that waits to be applied opens in Review.
 * @param {import("./words.js").Run} run
 * @returns {[string, number]}
 */
function placeOf(run) {
  return [run.held || run.mode === "rules_preview" ? "review" : "runs", run.id];
}
