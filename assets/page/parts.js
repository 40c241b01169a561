// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Small things that several views show. */

import { fill, h, icon } from "./dom.js";
import { age, number, t, time } from "./translate.js";

/** The heading of a view; it takes the focus when the view opens. */
export function heading(text, ...beside) {
  return h("div", { class: "it-heading" }, h("h2", { tabindex: "-1" }, text), beside);
}

export function button(text, onclick, kind = "secondary", props = {}) {
  return h("button", { class: `btn btn-${kind}`, type: "button", onclick, ...props }, text);
}

/** A coloured note: kind is info, warning, danger or success. */
export function note(kind, ...content) {
  return h("div", { class: `it-note it-note-${kind}` }, content);
}

/** What went wrong, spoken at once; `detail` is what the server said. */
export function problem(error) {
  const detail = error.detail && h("details", {}, h("summary", {}, t("error.detail")),
    h("pre", { dir: "auto" }, error.detail));
  return h("div", { class: "it-note it-note-danger", role: "alert" }, icon("warning"),
    h("div", {}, h("p", { dir: "auto" }, error.message), detail));
}

export function loading(text = t("loading")) {
  return h("p", { class: "it-loading" }, h("span", { class: "it-spinner", "aria-hidden": "true" }), text);
}

/** When something was, as its age, with the exact time to be hovered and read. */
export function when(value) {
  return h("time", { datetime: value, title: time(value) }, age(value));
}

const TONES = { done: "success", failed: "danger", stopped: "warning", running: "info", undone: "muted" };

export function statusBadge(status) {
  return h("span", { class: `it-badge it-tone-${TONES[status] ?? "muted"}` }, t(`status.${status}`));
}

/** Counts as large numbers with their words; those that are 0 stay out unless named in `always`. */
export function tiles(counts, names, always = []) {
  const shown = names.filter((name) => counts[name] || (always.includes(name) && counts[name] !== undefined));
  return h("dl", { class: "it-tiles" }, shown.map((name) => h("div", { class: `card it-tile it-tile-${name}` },
    h("dt", {}, t(`count.${name}`)), h("dd", {}, number(counts[name])))));
}

/** Something folded away behind its summary. */
export function folded(summary, content, open = false) {
  return h("details", { class: "it-folded", open }, h("summary", {}, summary), content);
}

/** Asks in a dialog; resolves with whether the answer was yes. It goes with the place that it is about. */
export async function ask(title, lines, yes, signal) {
  if (signal.aborted) return false;
  return new Promise((resolve) => {
    const accept = button(yes, () => dialog.close("yes"), "primary");
    const dialog = h("dialog", { class: "it-dialog", "aria-labelledby": "it-dialog-title" },
      h("h3", { id: "it-dialog-title" }, title), lines.filter(Boolean).map((line) => h("p", {}, line)),
      h("div", { class: "it-buttons" }, button(t("cancel"), () => dialog.close("")), accept));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    signal.addEventListener("abort", () => dialog.close(""), { once: true });
    document.querySelector(".image-tools").append(dialog);
    dialog.showModal();
    accept.focus();
  });
}

/** Tells above all views what went wrong with a task: one whose own view the reader has left, or that has none. */
export function missed(app, mode, error) {
  if (error.name === "AbortError") return; // a question that ended with its view
  const said = problem(new Error(t("error.missed", { name: t(`mode.${mode}`), reason: error.message })));
  said.append(button(t("close"), () => said.remove()));
  fill(app.notice, said);
}

/** place -> the number of the work whose result it waits for: of two, the first may end last. */
const latest = new WeakMap();

/**
 * Runs `work` and shows its result in `place`; until then that it loads, or what went wrong. `late` gets the error where
 * the reader has left meanwhile.
 */
export async function into(place, signal, work, late = () => {}) {
  fill(place, loading());
  const turn = (latest.get(place) ?? 0) + 1;
  latest.set(place, turn);
  const show = (content) => !signal.aborted && latest.get(place) === turn && fill(place, content);
  try {
    show(await work());
  } catch (error) {
    if (signal.aborted) late(error);
    show(problem(error));
  }
}

