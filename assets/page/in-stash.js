/** What the script inside Stash's UI takes from the page's modules. */

import { Api } from "./api.js";
import { isUnconfirmed, modeOf, neverBegan, outcome, within } from "./jobs.js";
import { modeName, summary } from "./runs/words.js";
import { t } from "./translate.js";

export { countHeld, onHeld } from "./held.js";
export { begin } from "./ticket.js";
export { t };

/** The page's component, whose modules are loaded when its route is opened. */
export async function loadApp() {
  return (await import("./app/App.js")).App;
}

/** Modes that leave no run in the history: the last line of their log says all. */
const LOGGED = new Set(["setup", "rules_check", "statistics", "export_images"]);
/** @type {Record<string, string>} */
const KEYS = { done: "toast.done", undone: "toast.done", failed: "toast.failed", stopped: "toast.stopped" };
/** @type {Record<string, string>} */
const TONES = { done: "success", undone: "success", failed: "danger", stopped: "warning" };

/**
 * Whether a job is a task of this plugin. One that some program queued without a description bears the plugin's id.
 * @param {string} plugin
 * @param {{description: string}} job
 */
export function isOurs(plugin, { description }) {
  return Boolean(modeOf(description)) || description === `Running plugin task: ${plugin}`;
}

/**
 * What to say of a job that ended: {text, tone, wrote}, or null where it is not one of ours, or never began.
 * @param {string} base
 * @param {string} plugin
 * @param {import("./api.js").QueuedJob} job
 */
export async function said(base, plugin, job) {
  const mode = modeOf(job.description);
  if (!isOurs(plugin, job) || neverBegan(job)) return null;
  const api = new Api(base, plugin);
  if (mode && LOGGED.has(mode)) return logged(api, mode, job);
  // Where even the history cannot be asked for, as without Python, the reason is what there is to tell.
  const { run, error } = await outcome(api, { ...job, mode }).catch(({ message }) => ({ run: null, error: message }));
  if (!run && error) return failed(mode, error);
  // Nothing was done: the log says why, or what to press next.
  if (!run || (mode && isUnconfirmed(run, mode))) return logged(api, mode, job);
  const name = modeName(run);
  const tone = run.counts.failed ? "danger" : TONES[run.status];
  const text = t(KEYS[run.status], { name, counts: summary(run), reason: run.error });
  return { text, tone, wrote: run.counts.changed > 0 };
}

/**
 * @param {string | undefined} mode
 * @param {string} reason
 */
function failed(mode, reason) {
  const name = mode ? modeName({ mode }) : t("app.title");
  return { text: t("toast.failed", { name, reason }), tone: "danger", wrote: false };
}

/**
 * @param {Api} api
 * @param {string | undefined} mode
 * @param {import("./api.js").QueuedJob} job
 */
async function logged(api, mode, job) {
  const during = within(job);
  const error = await api.logged(during);
  if (error) return failed(mode, error);
  const text = await api.lastLine(during);
  return text && { text: t("toast.told", { name: modeName({ mode }), text }), tone: "success", wrote: false };
}
