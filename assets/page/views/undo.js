// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Undo of a run: first what it would write, which a click has asked for, then the one click. */

import { changesOf } from "../changes.js";
import { fill, h } from "../dom.js";
import { completed, outcome } from "../jobs.js";
import { button, folded, heading, into, loading, missed, note, problem } from "../parts.js";
import { go, link } from "../router.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";

export function undo(app, route, signal) {
  const id = Number(route.id);
  const place = h("div", {});
  const element = h("div", {},
    h("p", {}, h("a", { href: link("runs", id) }, t("run.title", { mode: t("runs.title"), id: String(id) }))),
    heading(t("undo.title", { id: String(id) })), place);
  const look = () => into(place, signal, async () => {
    fill(place, loading(t("undo.planning")));
    const run = await completed(app.api, await app.jobs.run("undo", { run: id, preview: true }, "undo_preview"));
    if (!run) return note("info", t("undo.nothing"));
    const plan = await app.api.operation("run", { run: run.id }, { signal });
    const changes = plan.counts.planned > 0 && (await changesOf(app, run.id, { signal })).element;
    return [bar(app, id, plan, signal), leftAlone(plan.notes), changes];
  }, (error) => missed(app, "undo_preview", error));
  const ask = button(t("undo.look"), () => {
    element.querySelector("h2").focus(); // what was pressed goes away
    app.announce(t("undo.planning"));
    look();
  }, "primary");
  if (route.ticket) look();
  else fill(place, h("p", { class: "it-intro" }, t("undo.ask")), h("div", { class: "it-buttons" }, ask));
  return { element };
}

function bar(app, id, plan, signal) {
  const count = plan.counts.planned;
  if (!count) return note("info", t("undo.nothing"));
  const place = h("div", {});
  const act = async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    try {
      const { run, error } = await outcome(app.api, await app.jobs.run("undo", { run: id }));
      if (!run) throw new Error(error || t("error.unknown"));
      if (!signal.aborted) go("runs", run.id);
    } catch (error) {
      pressed.disabled = false;
      if (signal.aborted) missed(app, "undo", error);
      else fill(place, problem(error));
    }
  };
  return [h("p", { class: "it-intro" }, t("undo.intro")),
    h("div", { class: "it-bar" }, button(t("undo.do", { count }), act, "primary", { class: "btn btn-primary it-main" }), place)];
}

function leftAlone(notes) {
  if (!notes.length) return null;
  return folded(t("undo.alone", { count: new Set(notes.map((remark) => remark.id)).size }),
    h("ul", {}, notes.map((remark) => h("li", { dir: "auto" }, oneLine(remark.text)))));
}
