// @ts-nocheck -- a view of before React: types come when it is rewritten
/** One run: what became of it, what failed and why, every change, and the way back or on. */

import { changesOf } from "../changes.js";
import { fill, h, icon } from "../dom.js";
import { outcome } from "../jobs.js";
import { button, folded, heading, into, missed, note, problem, statusBadge, tiles, when } from "../parts.js";
import { link } from "../router.js";
import { ticketFor } from "../ticket.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { modeName } from "./runs.js";

const COUNTS = ["todo", "changed", "failed", "skipped", "left_out", "left", "left_alone"];

export function run(app, route, signal) {
  return new RunView(app, route, signal);
}

class RunView {
  constructor(app, route, signal) {
    Object.assign(this, { app, signal, id: Number(route.id) });
    this.heading = heading(t("run.title", { mode: t("runs.title"), id: String(this.id) }));
    this.top = h("div", {});
    this.messages = h("div", {}); // apart, as the rest is drawn anew whenever a task ends
    this.list = h("div", {});
    this.element = h("div", {}, h("p", {}, h("a", { href: link("runs") }, t("run.back"))), this.heading, this.messages,
      this.top, this.list);
    signal.addEventListener("abort", () => this.loading.abort(), { once: true });
    this.#load();
    app.jobs.addEventListener("ended", () => this.#load(), { signal });
  }

  #load(again = true) {
    this.loading?.abort(); // an older answer may come later
    this.loading = new AbortController();
    const { signal } = this.loading;
    return into(this.top, signal, async () => {
      const run = await this.app.api.operation("run", { run: this.id }, { signal });
      const title = t("run.title", { mode: modeName(run), id: String(this.id) });
      fill(this.heading, h("h2", { tabindex: "-1" }, title), statusBadge(run.status));
      if (JSON.stringify(run) !== JSON.stringify(this.run)) this.#showList(run.plan);
      this.run = run;
      if (again && run.status === "running") this.#follow(signal);
      return this.#summary();
    });
  }

  /** The page may not know yet of a run that was started elsewhere, and not learn of one that has just ended. */
  async #follow(signal) {
    await this.app.jobs.look();
    if (!signal.aborted && !this.app.jobs.current) this.#load(false);
  }

  #summary() {
    const { run } = this;
    return h("div", { class: "it-summary" }, this.#facts(),
      run.error && problem(new Error(run.error)),
      run.status === "stopped" && note("warning", t("run.stoppedText")),
      tiles(this.#counts(), COUNTS, ["changed"]), this.#buttons(), this.#failures(), this.#notes());
  }

  #counts() {
    const { states, counts, mode } = this.run;
    if (mode.endsWith("preview")) return { ...counts, todo: counts.planned };
    const todo = states.changed + states.failed + states.skipped + states.planned + states.sent;
    return { ...counts, ...states, todo, left: states.planned + states.sent };
  }

  #facts() {
    const { run } = this;
    const facts = [[t("run.started"), when(run.started)], run.ended && [t("run.ended"), when(run.ended)],
      run.undoes && [t("run.undoes", { id: String(run.undoes) }), linkTo(run.undoes)],
      run.undone_by && [t("run.undoneBy", { id: String(run.undone_by) }), linkTo(run.undone_by)],
      run.plan !== run.id && [t("run.planOf", { id: String(run.plan) }), linkTo(run.plan, "review")]];
    return h("dl", { class: "it-facts" }, facts.filter(Boolean).map(([term, value]) =>
      h("div", {}, h("dt", {}, term), h("dd", {}, value))));
  }

  #buttons() {
    const { run } = this;
    const shown = [];
    if (run.undoable) {
      const text = t(run.undoes ? "run.redo" : "run.undo");
      const href = link("undo", this.id);
      shown.push(h("a", { class: "btn btn-primary", href, onclick: () => ticketFor(href) }, icon("undo"), text));
    }
    if (run.resumable) shown.push(button(t("run.resume"), (event) => this.#resume(event.target)));
    if (Object.keys(run.fields).length) {
      shown.push(button(t("run.download"), (event) => this.#download(event.target)));
    }
    return h("div", { class: "it-buttons" }, shown);
  }

  /** The run goes on under its own number; what became of it is shown here. */
  async #resume(pressed) {
    pressed.disabled = true;
    this.messages.replaceChildren();
    try {
      const { run, error } = await outcome(this.app.api, await this.app.jobs.run("resume", { run: this.id }));
      if (run?.id !== this.id && error) throw new Error(error);
    } catch (error) {
      pressed.disabled = false;
      if (this.signal.aborted) missed(this.app, "resume", error);
      else fill(this.messages, problem(error));
    }
  }

  /** Collects the lines call by call, so that each is bounded, and hands the browser one file. */
  async #download(pressed) {
    pressed.disabled = true;
    const lines = [];
    try {
      for (let above = 0; above !== null;) {
        const answer = await this.app.api.operation("run_lines", { run: this.id, above }, { signal: this.signal });
        lines.push(...answer.lines);
        above = answer.next;
        pressed.textContent = t("run.downloading", { count: lines.length });
      }
      save(`image-tools-run-${this.id}.jsonl`, lines.map((line) => `${line}\n`));
    } catch (error) {
      if (!this.signal.aborted) fill(this.messages, problem(error));
    }
    pressed.disabled = false;
    pressed.textContent = t("run.download");
  }

  #failures() {
    const { failures } = this.run;
    if (!failures.length) return null;
    return h("section", { "aria-labelledby": "it-failures" }, h("h3", { id: "it-failures" }, t("run.failures")),
      h("table", { class: "it-table" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("run.image")), h("th", { scope: "col" }, t("run.reason")))),
        h("tbody", {}, failures.map((failed) => h("tr", {},
          h("td", {}, h("a", { href: this.app.api.page(failed.id), dir: "auto" }, oneLine(failed.path || `#${failed.id}`))),
          h("td", { dir: "auto" }, oneLine(failed.reason)))))));
  }

  #notes() {
    const { notes } = this.run;
    if (!notes.length) return null;
    return folded(t("review.notes", { count: notes.length }),
      h("ul", {}, notes.map((remark) => h("li", { dir: "auto" }, oneLine(remark.text)))));
  }

  async #showList(plan) {
    this.listing?.abort();
    this.listing = new AbortController();
    this.signal.addEventListener("abort", () => this.listing.abort(), { once: true });
    const { signal } = this.listing;
    try {
      const { total, element } = await changesOf(this.app, plan, { signal });
      if (signal.aborted) return;
      fill(this.list, total ? [h("h3", {}, t("run.changes")), element] : h("p", { class: "it-muted" }, t("run.none")));
    } catch (error) {
      if (!signal.aborted) fill(this.list, problem(error));
    }
  }
}

function linkTo(id, view = "runs") {
  return h("a", { href: link(view, id) }, `#${id}`);
}

function save(name, parts) {
  const url = URL.createObjectURL(new Blob(parts, { type: "application/jsonl" }));
  const anchor = h("a", { href: url, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
