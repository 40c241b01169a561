/** The server as the page sees it: GraphQL for jobs and names, the plugin's operations and tasks for the rest. */

import { t } from "./translate.js";

const SECONDS = 60;
const LEAVES = 3000; // milliseconds; a reader who chose to stay is asked again by the next action
const GOES = 1000; // milliseconds in which a reader who goes to the log-in is shown no error on the way
const OPERATION = "mutation Operation($plugin: ID!, $args: Map) { runPluginOperation(plugin_id: $plugin, args: $args) }";
const TASK = `mutation Task($plugin: ID!, $description: String, $args: Map) {
  runPluginTask(plugin_id: $plugin, description: $description, args_map: $args)
}`;
const JOB = "id status description progress addTime startTime endTime";

/** What went wrong, in words for the reader; `detail` is what the server said, where that is something else. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} [detail]
   */
  constructor(message, detail = "") {
    super(message);
    this.name = "Failure";
    this.detail = detail;
  }
}

/**
 * @typedef {{signal?: AbortSignal, seconds?: number}} Options
 * @typedef {object} QueuedJob A job as Stash's API shows it.
 * @property {string} id
 * @property {string} status
 * @property {string} description
 * @property {number | null} progress
 * @property {string} addTime
 * @property {string | null} [startTime]
 * @property {string | null} [endTime]
 * @property {string | null} [error]
 */

export class Api {
  #left = -Infinity;

  /**
   * @param {string} base the server's root, such as "/"
   * @param {string} plugin its id
   */
  constructor(base, plugin) {
    this.base = base;
    this.plugin = plugin;
  }

  /**
   * The data of a GraphQL document. Without a session it leads to the log-in, and fails for who stays.
   * @param {string} query
   * @param {Record<string, unknown>} [variables]
   * @param {Options} [options]
   * @returns {Promise<any>}
   */
  async query(query, variables = {}, { signal, seconds = SECONDS } = {}) {
    const response = await this.#post({ query, variables }, signal, seconds);
    if (response.status === 401) return this.#logIn();
    const body = readBody(response);
    if (body?.errors?.length) throw failure(body.errors[0].message);
    if (!body?.data) throw unreadable(response);
    return body.data;
  }

  /**
   * The {status, text} of an answer; the limit of time is that of the whole of it.
   * @param {object} body
   * @param {AbortSignal | undefined} signal
   * @param {number} seconds
   */
  async #post(body, signal, seconds) {
    const limit = new AbortController();
    const leave = () => limit.abort();
    const timer = setTimeout(leave, seconds * 1000);
    signal?.addEventListener("abort", leave, { once: true });
    try {
      const response = await fetch(`${this.base}graphql`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(body),
        signal: limit.signal,
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Failure(limit.signal.aborted ? t("error.timeout", { count: seconds }) : t("error.network"));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", leave);
    }
  }

  /** Leaves once for all answers that say so together: a second time would break off the way there. */
  async #logIn() {
    const now = performance.now();
    if (now > this.#left + LEAVES) {
      this.#left = now;
      location.assign(`${this.base}login?returnURL=${encodeURIComponent(location.href)}`);
    }
    await new Promise((resolve) => { setTimeout(resolve, GOES); });
    throw new Failure(t("error.session"));
  }

  /**
   * What an operation of the plugin answers.
   * @param {string} mode
   * @param {Record<string, unknown>} [args]
   * @param {Options} [options]
   * @returns {Promise<any>}
   */
  async operation(mode, args = {}, options = {}) {
    const data = await this.query(OPERATION, { plugin: this.plugin, args: { mode, ...args } }, options);
    return data.runPluginOperation;
  }

  /**
   * Queues a task of the plugin; the job's id.
   * @param {string} mode
   * @param {Record<string, unknown>} args
   * @param {string} description
   * @returns {Promise<string>}
   */
  async task(mode, args, description) {
    const data = await this.query(TASK, { plugin: this.plugin, description, args: { mode, ...args } });
    return data.runPluginTask;
  }

  /**
   * Every job that waits or runs.
   * @returns {Promise<QueuedJob[]>}
   */
  async queue() {
    return (await this.query(`{ jobQueue { ${JOB} } }`)).jobQueue ?? [];
  }

  /**
   * A job, or null where the server no longer knows it: it remembers the last ten that ended.
   * @param {string} id
   * @returns {Promise<QueuedJob | null>}
   */
  async job(id) {
    const { findJob: job } = await this.query(`query Job($id: ID!) { findJob(input: {id: $id}) { ${JOB} } }`, { id });
    // Stash v0.25 has no jobs that failed, and no field for why.
    if (job?.status !== "FAILED") return job;
    return { ...job, ...(await this.query("query Reason($id: ID!) { findJob(input: {id: $id}) { error } }", { id })).findJob };
  }

  /** @param {string} id */
  async stop(id) {
    await this.query("mutation Stop($id: ID!) { stopJob(job_id: $id) }", { id });
  }

  /**
   * The plugin's newest error in the server's log at a moment of which `during` says yes, or an empty text.
   * @param {(moment: string) => boolean} during
   */
  async logged(during) {
    const found = await this.#line(during, ({ level, message }) => level === "Error" && ERROR.test(message));
    return found ? failure(found.message.replace(ERROR, "")).message : "";
  }

  /**
   * The last line that the plugin wrote into the server's log at such a moment, or an empty text.
   * @param {(moment: string) => boolean} during
   */
  async lastLine(during) {
    const found = await this.#line(during, ({ level, message }) => level !== "Debug" && LINE.test(message));
    return found ? found.message.replace(LINE, "") : "";
  }

  /**
   * @param {(moment: string) => boolean} during
   * @param {(line: {time: string, level: string, message: string}) => boolean} isMeant
   */
  async #line(during, isMeant) {
    /** @type {{logs: {time: string, level: string, message: string}[]}} */
    const { logs } = await this.query("{ logs { time level message } }");
    return logs.find((line) => isMeant(line) && during(line.time));
  }

  /**
   * The version of the plugin that the server runs now.
   * @returns {Promise<string | undefined>}
   */
  async version() {
    /** @type {{plugins: {id: string, version: string}[]}} */
    const { plugins } = await this.query("{ plugins { id version } }");
    return plugins.find((found) => found.id === this.plugin)?.version;
  }

  /**
   * The tags, performers, studios or galleries that fit a text; `note` tells two of one name apart.
   * @param {keyof typeof NAMED} kind
   * @param {string} q
   * @param {Options} [options]
   * @returns {Promise<{id: string, name: string, note?: string}[]>}
   */
  async names(kind, q, options) {
    const { field, name, more } = NAMED[kind];
    const document = `query Names($q: String) {
      ${field}(filter: {q: $q, per_page: 20, sort: "${name}"}) { found: ${kind} { id name: ${name} ${more} } }
    }`;
    return (await this.query(document, { q }, options))[field].found;
  }

  /** @param {string} id */
  thumbnail(id) {
    return `${this.base}image/${id}/thumbnail`;
  }

  /**
   * The image itself, as large as it is.
   * @param {string} id
   */
  imageUrl(id) {
    return `${this.base}image/${id}/image`;
  }

  /**
   * The image's own page in Stash.
   * @param {string} id
   */
  page(id) {
    return `${this.base}images/${id}`;
  }
}

/** kind -> how Stash's API names it and its parts. */
const NAMED = {
  tags: { field: "findTags", name: "name", more: "" },
  performers: { field: "findPerformers", name: "name", more: "note: disambiguation" },
  studios: { field: "findStudios", name: "name", more: "" },
  galleries: { field: "findGalleries", name: "title", more: "note: date" },
};

const LINE = /^\[Plugin \/ Image Tools\] /;
const ERROR = /^.*?Plugin returned error: (?=Image Tools: )/s;

/** @param {{status: number, text: string}} response */
function readBody(response) {
  try {
    return JSON.parse(response.text);
  } catch {
    throw unreadable(response);
  }
}

/**
 * What is no answer of GraphQL, as a proxy's is.
 * @param {{status: number, text: string}} response
 */
function unreadable({ status, text }) {
  return new Failure(t("error.status", { status }), text.slice(0, 500));
}

/**
 * The server's words as the reader's: where there is no Python, Stash only names what it could not start.
 * @param {string} message
 */
function failure(message) {
  const known = REMEDIES.find(([pattern]) => pattern.test(message));
  if (known) return new Failure(t(known[1]), message);
  return new Failure(message.replace(/^Image Tools: /, ""));
}

/** @type {[RegExp, string][]} */
const REMEDIES = [
  [/exec: .*(not found|no such file)|fork\/exec|error starting plugin/i, "error.python"],
  [/plugin .* is disabled/i, "error.disabled"],
];
