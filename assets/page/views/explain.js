// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Explain: one image, every rule and condition with the value it saw, and everything found in it. */

import { thumbnail } from "../changes.js";
import { h, icon } from "../dom.js";
import { folded, heading, into, note } from "../parts.js";
import { go } from "../router.js";
import { t } from "../translate.js";
import { lines, oneLine } from "../visible.js";
import { difference } from "../diff.js";

export function explain(app, route, signal) {
  const place = h("div", {});
  const element = h("div", {}, heading(t("explain.title")), h("p", { class: "it-intro" }, t("explain.intro")),
    chooser(route.id, () => look()), place);
  const look = () => into(place, signal, async () =>
    shown(app, await app.api.operation("rules_explain", { id: route.id }, { signal })));
  if (route.id) look();
  return { element };
}

/** Asks for an image. The one that is shown is looked at anew, for the rules may be others by now. */
function chooser(id, look) {
  const input = h("input", { class: "form-control text-input", id: "it-image", value: id, autocomplete: "off", "aria-describedby": "it-image-error" });
  const wrong = h("p", { id: "it-image-error", class: "it-reason" });
  const submit = (event) => {
    event.preventDefault();
    const [, found] = /^(?:.*\/images\/)?(\d+)(?:[/?#].*)?$/.exec(input.value.trim()) ?? [];
    wrong.textContent = found ? "" : t("explain.badId");
    input.toggleAttribute("aria-invalid", !found);
    if (!found) input.focus();
    else if (found === id) look();
    else go("explain", found);
  };
  return h("form", { class: "it-form", onsubmit: submit }, h("label", { for: "it-image" }, t("explain.id")),
    h("div", { class: "it-form-row" }, input, h("button", { class: "btn btn-primary", type: "submit" }, t("explain.go"))), wrong);
}

function shown(app, answer) {
  return [image(app, answer), answer.organized && note("info", t("explain.organized")), problems(answer), changes(answer),
    section("explain.rules", answer.rules.length ? answer.rules.map(rule) : h("p", {}, t("explain.noRules"))),
    sources(answer)];
}

function section(key, ...content) {
  return h("section", { "aria-label": t(key) }, h("h3", {}, t(key)), content);
}

function image(app, { id, path }) {
  return h("div", { class: "it-image" },
    h("a", { href: app.api.page(id), class: "it-thumb", tabindex: "-1", "aria-hidden": "true" }, thumbnail(app.api.thumbnail(id))),
    h("div", {}, h("a", { href: app.api.page(id) }, t("change.id", { id })),
      h("p", { class: "it-path", dir: "auto" }, path ? oneLine(path) : t("change.noPath", { id }))));
}

function problems({ problems: found, missing_names: missing }) {
  const names = Object.entries(missing ?? {}).flatMap(([kind, list]) =>
    [...list].map((name) => `${t(`kind.${kind}`)}: ${oneLine(name)}`));
  return [found.length > 0 && note("warning", h("ul", {}, found.map((text) => h("li", { dir: "auto" }, oneLine(text))))),
    names.length > 0 && folded(t("explain.missing"), h("ul", {}, names.map((name) => h("li", { dir: "auto" }, name))))];
}

function changes({ changes: list }) {
  if (!list.length) return section("explain.changes", h("p", {}, t("explain.noChanges")));
  return section("explain.changes", h("dl", { class: "it-fields" }, list.map((change) =>
    h("div", { class: "it-field" }, h("dt", {}, t(`field.${change.field}`)),
      h("dd", {}, difference(change),
        h("span", { class: "it-by" }, change.rules.map((name) => h("span", { class: "it-rule", dir: "auto" }, oneLine(name)))))))));
}

function rule(one) {
  const verdict = one.skipped ? t("explain.skipped", { why: one.skipped }) : t(one.matched ? "explain.matched" : "explain.unmatched");
  const tone = one.skipped ? "muted" : one.matched ? "success" : "warning";
  return h("details", { class: "card it-folded it-rule-card", open: one.matched && !one.skipped },
    h("summary", {}, h("bdi", { class: "it-rule-name" }, oneLine(one.name)), " ",
      h("span", { class: `it-badge it-tone-${tone}` }, verdict), " ",
      h("span", { class: "it-muted" }, t("explain.mode", { mode: t(`rules.${one.mode}`) }))),
    conditions(one), one.matched && !one.skipped && one.actions.length > 0 && actions(one));
}

function conditions({ conditions: list }) {
  if (!list.length) return h("p", { class: "it-muted" }, t("explain.everyImage"));
  return h("table", { class: "it-table" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("explain.condition")), h("th", { scope: "col" }, t("explain.value")),
      h("th", { scope: "col" }, ""))),
    h("tbody", {}, list.map((said) => h("tr", {},
      h("td", {}, h("code", { dir: "auto" }, text(said.condition))),
      h("td", {}, value(said.value)),
      h("td", {}, verdict(said.holds))))));
}

function verdict(holds) {
  if (holds === null || holds === undefined) return h("span", { class: "it-muted" }, t("explain.notAsked"));
  return h("span", { class: holds ? "it-holds" : "it-fails" }, icon(holds ? "check" : "cross"), t(holds ? "explain.holds" : "explain.fails"));
}

function actions({ actions: list }) {
  return h("ul", { class: "it-actions-list" }, list.map((action) => h("li", {},
    t(`do.${action.do}`), " ", h("strong", {}, t(`field.${action.field}`)), ": ",
    empty(action.value) ? h("span", { class: "it-empty" }, t("explain.nothing")) : value(action.value), " ",
    h("span", { class: action.written ? "it-badge it-tone-success" : "it-badge" }, t(action.written ? "explain.written" : "explain.unwritten")),
    action.templates.flat().length > 0 && folded(t("explain.steps"), action.templates.flat().map(trace)))));
}

function trace({ placeholder, steps }) {
  return h("p", { class: "it-trace" }, h("code", { dir: "auto" }, text(placeholder)),
    steps.map((step) => [icon("arrow"), h("span", { class: "it-muted" }, text(step.step)), " ",
      empty(step.value) ? h("span", { class: "it-empty" }, t("explain.nothing")) : value(step.value)]));
}

function sources({ sources: found, sidecars }) {
  const names = Object.keys(found).filter((name) => !empty(found[name])).sort();
  const beside = Object.entries(sidecars ?? {});
  return [
    section("explain.sources", names.length ? h("table", { class: "it-table" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("explain.source")), h("th", { scope: "col" }, t("explain.value")))),
      h("tbody", {}, names.map((name) => h("tr", {}, h("th", { scope: "row" }, h("code", { dir: "auto" }, oneLine(name))),
        h("td", {}, value(found[name])))))) : h("p", {}, t("explain.noSources"))),
    beside.length > 0 && section("explain.sidecars", h("ul", {}, beside.map(([kind, path]) =>
      h("li", {}, `${kind}: `, h("bdi", {}, oneLine(path)))))),
  ];
}

function empty(found) {
  return found === null || found === undefined || found === "" || (Array.isArray(found) && !found.length);
}

/** Any value as text: objects and lists of objects as JSON. */
function value(found) {
  if (empty(found)) return h("span", { class: "it-empty" }, t("empty"));
  if (Array.isArray(found) && found.every((item) => typeof item !== "object")) {
    return h("span", { class: "it-list" }, found.map((item) => h("span", { class: "it-chip", dir: "auto" }, oneLine(item))));
  }
  return h("span", { class: "it-value", dir: "auto" }, text(found));
}

function text(found) {
  if (typeof found === "string") return lines(found);
  return typeof found === "object" ? lines(JSON.stringify(found)) : String(found);
}

