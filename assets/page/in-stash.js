/** What the script inside Stash's UI takes from the page's modules. */

import { Api } from "./api.js";
import { modeOf, outcome } from "./jobs.js";
import { t } from "./translate.js";
import { modeName, summary } from "./views/runs.js";

export { mount } from "./mount.js";
export { t };

/** Modes that leave no run in the history: the last line of their log says all. */
const LOGGED = new Set(["setup", "rules_check", "statistics", "export_images"]);
const KEYS = { done: "toast.done", undone: "toast.done", failed: "toast.failed", stopped: "toast.stopped" };
const TONES = { done: "success", undone: "success", failed: "danger", stopped: "warning" };

/** What to say of a job that ended: {text, tone, wrote}, or null where it is not one of ours. */
export async function said(base, plugin, job) {
  const mode = modeOf(job.description);
  // A task that some program queued without a description bears the plugin's id.
  if (!mode && job.description !== `Running plugin task: ${plugin}`) return null;
  const api = new Api(base, plugin);
  if (LOGGED.has(mode)) return lastLine(api, modeName({ mode }), job);
  const { run, error } = await outcome(api, { ...job, mode });
  const name = run ? modeName(run) : t(mode ? `mode.${mode}` : "app.title");
  if (!run) return error ? { text: t("toast.failed", { name, reason: error }), tone: "danger", wrote: false } : null;
  const counts = summary(run);
  const tone = run.counts.failed ? "danger" : TONES[run.status];
  return { text: t(KEYS[run.status], { name, counts, reason: run.error }), tone, wrote: run.counts.changed > 0 };
}

async function lastLine(api, name, job) {
  const from = new Date(job.startTime);
  const error = await api.logged(from);
  if (error) return { text: t("toast.failed", { name, reason: error }), tone: "danger", wrote: false };
  const text = await api.lastLine(from);
  return text && { text: t("toast.told", { name, text }), tone: "success", wrote: false };
}
