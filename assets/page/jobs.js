/** Our tasks in Stash's queue: started, found again after leaving, followed, stopped. */

import { t } from "./translate.js";

const FIRST = 150; // milliseconds: most tasks are short, and their end is waited for
const EVERY = 1000;
const IDLE = 15000;
const LIVE = ["READY", "RUNNING", "STOPPING"];

/**
 * @typedef {import("./api.js").QueuedJob & {mode: string}} OurJob
 * @typedef {{progress: number, at: number}} Seen
 * @typedef {Partial<OurJob> & {id: string, mode: string, addTime: string, seen?: Seen | null}} KnownJob
 * @typedef {KnownJob & {status: string}} EndedJob
 * @typedef {Partial<import("./api.js").QueuedJob> & {addTime: string, mode?: string}} Ended a job of Stash, of ours or not
 * @typedef {object} CurrentJob
 * @property {string} id
 * @property {string} mode
 * @property {string} status
 * @property {number | null} progress from 0 to 1, null while it is not known
 * @property {number | null} left seconds, null while it is not known
 * @property {string} ahead the job that it waits for, or an empty text
 */

/** mode -> the task's name, as the manifest and this page call it in Stash's queue. */
/** @type {Record<string, string>} */
export const NAMES = {
  setup: "Check setup",
  rules_check: "Check rules",
  rules_preview: "Preview rules",
  rules_apply: "Apply rules",
  process_new_images: "Apply rules to new images",
  undo_preview: "Preview of undo",
  undo: "Undo",
  resume: "Resume",
  export_images: "Export images (CSV)",
  import_preview: "Preview CSV import",
  import_images: "Apply CSV import",
  statistics: "Image statistics",
};

/**
 * The mode of a job of ours by its description, or undefined for a job that is not ours.
 * @param {string} description
 */
export function modeOf(description) {
  return Object.keys(NAMES).find((mode) => description === `Running plugin task: ${NAMES[mode]}`);
}

/** Dispatches "change" whenever `current` may be another, and "ended" with the job as its detail. */
export class Jobs extends EventTarget {
  #api;
  #timer = 0;
  #turn = 0;
  #pause = FIRST;
  #closed = false;
  /** @type {Map<string, KnownJob>} */
  #known = new Map();

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    super();
    this.#api = api;
    document.addEventListener("visibilitychange", this.#wake);
    this.look();
  }

  /**
   * Our job that runs or waits first; null if there is none.
   * @type {CurrentJob | null}
   */
  current = null;

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#wake);
  }

  /**
   * Queues a task and resolves with its job when it has ended.
   * @param {string} mode
   * @param {Record<string, unknown>} args
   * @param {string} [name]
   * @returns {Promise<EndedJob>}
   */
  async run(mode, args, name = mode) {
    const id = await this.#api.task(mode, args, NAMES[name]);
    this.#known.set(id, { id, mode: name, addTime: new Date().toISOString() });
    this.#pause = FIRST;
    this.look();
    return new Promise((resolve) => {
      this.addEventListener("ended", (event) => {
        const { detail } = /** @type {CustomEvent<EndedJob>} */ (event);
        if (detail.id === id) resolve(detail);
      });
    });
  }

  /** @param {string} id */
  async stop(id) {
    await this.#api.stop(id);
    this.look();
  }

  #wake = () => document.visibilityState === "visible" && this.look();

  /** Looks at the queue now, so that what runs is known and followed. */
  async look() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    const turn = this.#turn;
    try {
      await this.#compare(await this.#api.queue());
    } catch {
      // The server is away for a moment; whoever acts will be told by the action itself.
    }
    if (this.#closed || turn !== this.#turn) return;
    this.#pause = Math.min(EVERY, this.#pause * 1.5);
    this.#timer = setTimeout(() => this.look(), this.#known.size ? this.#pause : IDLE);
  }

  /** @param {import("./api.js").QueuedJob[]} queue */
  async #compare(queue) {
    const ours = queue.map((job) => ({ ...job, mode: modeOf(job.description) ?? "" })).filter((job) => job.mode);
    for (const job of ours) this.#known.set(job.id, { ...job, seen: this.#known.get(job.id)?.seen ?? progressNow(job) });
    const live = ours.filter((job) => LIVE.includes(job.status));
    for (const job of [...this.#known.values()].filter((known) => !live.some((found) => found.id === known.id))) {
      const ended = (await this.#api.job(job.id)) ?? { ...job, status: "FINISHED" };
      if (LIVE.includes(ended.status)) continue;
      if (!this.#known.delete(job.id)) continue; // another look, under way at the same time, has told it
      this.dispatchEvent(new CustomEvent("ended", { detail: { ...job, ...ended } }));
    }
    this.current = live.length ? described({ ...live[0], seen: this.#known.get(live[0].id)?.seen }, queue) : null;
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * A first look at a job's progress, by the browser's own watch: its clock and the server's may be hours apart.
 * @param {OurJob} job
 * @returns {Seen | null}
 */
function progressNow({ progress }) {
  return progress && progress > 0 ? { progress, at: performance.now() } : null;
}

/**
 * @param {OurJob & {seen?: Seen | null}} job
 * @param {import("./api.js").QueuedJob[]} queue
 * @returns {CurrentJob}
 */
function described(job, queue) {
  const progress = job.progress ?? 0;
  const done = job.seen ? progress - job.seen.progress : 0;
  const left = job.seen && done > 0.02 ? ((performance.now() - job.seen.at) / 1000 / done) * (1 - progress) : null;
  const ahead = job.status === "READY" ? queue[0]?.description : "";
  return { id: job.id, mode: job.mode, status: job.status, progress: job.progress, left, ahead };
}

/** @type {Record<string, string>} */
const CONFIRMED = { rules_apply: "rules_preview", import_images: "import_preview" };

/**
 * What became of a task: the run that it began or resumed, or the reason why there is none.
 * @param {import("./api.js").Api} api
 * @param {Ended} job
 * @returns {Promise<{run: any, error: string}>}
 */
export async function outcome(api, job) {
  if (neverBegan(job)) return { run: null, error: t("job.never") };
  const during = within(job);
  /** @type {any[]} */
  const runs = await api.operation("runs", { previews: true });
  // The earliest: a task's run begins with it, and what a reader looks at meanwhile is a run, too.
  const run = runs.findLast((found) => isRun(found, job.mode, during));
  if (run) return { run, error: run.error };
  return { run: null, error: job.error || (await api.logged(during)) };
}

/**
 * The run of a task that came to its end, null where it left none; otherwise what hindered it is an error.
 * @param {import("./api.js").Api} api
 * @param {Ended} job
 */
export async function completed(api, job) {
  const { run, error } = await outcome(api, job);
  const status = run?.status ?? (job.status === "CANCELLED" ? "stopped" : "done");
  if (error || status !== "done") throw new Error(error || t(`status.${status}`));
  return run;
}

/**
 * Whether a job was taken out of the queue before its turn.
 * @param {Ended} job
 */
export function neverBegan(job) {
  return job.status === "CANCELLED" && !job.startTime;
}

/**
 * A function that tells whether a moment lies within a job: Stash runs one at a time. A forgotten one has no end.
 * @param {Ended} job
 */
export function within({ startTime, addTime, endTime }) {
  const from = new Date(startTime ?? addTime);
  const until = endTime ? new Date(endTime) : Infinity;
  return (/** @type {string} */ moment) => new Date(moment) >= from && new Date(moment).valueOf() <= until.valueOf();
}

/**
 * @param {any} run
 * @param {string | undefined} mode
 * @param {(moment: string) => boolean} during
 */
function isRun(run, mode, during) {
  if (mode === "resume") return during(run.ended) && !during(run.started);
  if (!mode || !(mode in NAMES)) return during(run.started) || during(run.ended);
  return during(run.started) && (run.mode === mode || isUnconfirmed(run, mode));
}

/**
 * Whether a task of this mode stopped to be confirmed: it then stands in the history as the preview it became.
 * @param {{mode: string}} run
 * @param {string} mode
 */
export function isUnconfirmed(run, mode) {
  return run.mode === CONFIRMED[mode];
}
