/** What the script inside Stash's UI takes from the page's modules. */

import { Api } from "./api.js";
import { modeOf, outcome } from "./jobs.js";
import { t } from "./translate.js";
import { summary } from "./views/runs.js";

export { mount } from "./mount.js";
export { t };

/** Modes that leave a run in the history; the others tell all they have in Stash's log. */
const TOLD = new Set(["rules_preview", "rules_apply", "process_new_images", "undo", "undo_preview", "resume",
  "import_preview", "import_images"]);
const KEYS = { done: "toast.done", undone: "toast.done", failed: "toast.failed", stopped: "toast.stopped" };
const TONES = { done: "success", undone: "success", failed: "danger", stopped: "warning" };

/** What to say of a job that ended: {text, tone, wrote}, or null where it is not one of ours. */
export async function said(base, plugin, job) {
  const mode = modeOf(job.description);
  if (!TOLD.has(mode)) return null;
  const { run, error } = await outcome(new Api(base, plugin), { ...job, mode });
  const name = t(`mode.${mode}`);
  if (!run) return error ? { text: t("toast.failed", { name, reason: error }), tone: "danger", wrote: false } : null;
  const counts = summary(run);
  const tone = run.counts.failed ? "danger" : TONES[run.status];
  return { text: t(KEYS[run.status], { name, counts, reason: run.error }), tone, wrote: run.counts.changed > 0 };
}
