/** A run in words: its task, and its result. */

import { t } from "../translate.js";

/** @typedef {Record<string, any>} Run as the operations `runs` and `run` answer it */

/** @param {Run} run */
export function isPreview(run) {
  return Boolean(run.held) || run.mode.endsWith("preview");
}

/**
 * Whether undoing a run means to apply changes again: it is an undo itself.
 * @param {Run} run
 */
export function isRedone(run) {
  return Boolean(run.undoes) && !run.redoes;
}

const FIELDS = ["title", "code", "date", "rating100", "details", "photographer", "organized", "studio", "performers", "tags", "galleries", "urls"];

/**
 * The names of fields in Stash's order.
 * @param {string[]} fields
 */
export function fieldNames(fields) {
  return [...fields].sort((one, other) => FIELDS.indexOf(one) - FIELDS.indexOf(other)).map((field) => t(`field.${field}`));
}

/**
 * The name of a run's task, such as "Apply rules" or "Redo of run 3". A mode alone is enough.
 * @param {Run} run
 */
export function modeName(run) {
  if (run.redoes) return t("runs.redoOf", { id: String(run.redoes) });
  if (run.undoes) return t("runs.undoOf", { id: String(run.undoes) });
  const mode = run.held && run.mode === "import_preview" ? "import_images" : run.mode;
  const name = t(`mode.${mode}`);
  return name.startsWith("mode.") ? mode : name;
}

/**
 * What a run did, in a few words.
 * @param {Run} run
 */
export function summary(run) {
  const { status, counts } = run;
  if (isPreview(run)) return t("runs.would", { count: counts.planned });
  const said = [mainResult(run, status === "stopped" || status === "running" || status === "failed")];
  if (counts.failed) said.push(t("runs.failed", { count: counts.failed }));
  const skipped = (counts.skipped ?? 0) + (counts.left_alone ?? 0);
  if (skipped) said.push(t("runs.skipped", { count: skipped }));
  if (counts.in_doubt) said.push(t("runs.unconfirmed", { count: counts.in_doubt }));
  return said.join(", ");
}

/**
 * @param {Run} run
 * @param {boolean} isPart
 */
function mainResult(run, isPart) {
  const { counts } = run;
  const isUndo = isRedone(run);
  if (isPart && counts.planned) {
    return t(isUndo ? "runs.partReverted" : "runs.part", { done: counts.changed, count: counts.planned });
  }
  if (!counts.changed) return t("runs.nothing");
  return t(isUndo ? "runs.reverted" : "runs.changed", { count: counts.changed });
}
