// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Runs: the history, newest first, and what ran since the last visit. */

import { h } from "../dom.js";
import { button, heading, into, statusBadge, when } from "../parts.js";
import { link } from "../router.js";
import { stored } from "../storage.js";
import { t } from "../translate.js";

const PAGE = 50;
const SEEN = "image-tools-seen-run";

export function runs(app, _route, signal) {
  const list = h("ul", { class: "it-runs" });
  const more = h("div", {});
  const place = h("div", {}, list, more);
  const element = h("div", {}, heading(t("runs.title")), h("p", { class: "it-intro" }, t("runs.intro")), place);
  const seen = Number(stored("localStorage", (storage) => storage.getItem(SEEN)) ?? 0);

  let listing = new AbortController();

  const load = async (page, current) => {
    const found = await app.api.operation("runs", { page, previews: true }, { signal: current });
    if (current.aborted) return null;
    if (page === 1) {
      list.replaceChildren();
      if (found.length) stored("localStorage", (storage) => storage.setItem(SEEN, String(found[0].id)));
    }
    list.append(...found.map((run) => row(run, seen > 0 && run.id > seen)));
    const next = button(t("runs.more"), () => into(more, current, () => load(page + 1, current)));
    return [!list.children.length && h("p", { class: "it-muted" }, t("runs.none")), found.length === PAGE && next];
  };
  const show = () => {
    listing.abort(); // an older answer may come later, and would be added
    listing = new AbortController();
    const { signal: current } = listing;
    return into(more, current, () => load(1, current));
  };
  signal.addEventListener("abort", () => listing.abort(), { once: true });
  app.jobs.addEventListener("ended", show, { signal });
  show();
  return { element };
}

function row(run, fresh) {
  const place = run.mode === "rules_preview" ? link("review", run.id) : link("runs", run.id);
  return h("li", { class: isPlan(run) ? "it-run it-run-plan" : "it-run" },
    h("a", { class: "it-run-name", href: place }, modeName(run), " ", h("span", { class: "it-muted" }, `#${run.id}`)),
    statusBadge(run.status),
    fresh && h("span", { class: "it-badge it-badge-new" }, t("runs.new")),
    h("span", { class: "it-run-counts" }, summary(run)),
    h("span", { class: "it-muted" }, when(run.started)),
    run.error && h("p", { class: "it-reason", dir: "auto" }, run.error));
}

function isPlan(run) {
  return run.mode.endsWith("preview");
}

export function modeName(run) {
  const name = t(`mode.${run.mode}`);
  return name.startsWith("mode.") ? run.mode : name;
}

/** What a run did, in a few words. */
export function summary({ mode, status, counts }) {
  if (mode.endsWith("preview")) return t("runs.would", { count: counts.planned });
  const said = [counts.changed ? t("runs.wrote", { count: counts.changed }) : t("runs.nothing")];
  if (status === "stopped" || status === "running") {
    said[0] = t("runs.left", { done: counts.changed, total: counts.planned });
  }
  if (counts.failed) said.push(t("runs.failed", { count: counts.failed }));
  if (counts.skipped) said.push(t("runs.skipped", { count: counts.skipped }));
  return said.join(", ");
}

