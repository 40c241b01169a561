// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Set-up: each thing the plugin needs, its state, and what to do about it. */

import { h, icon } from "../dom.js";
import { button, heading, into, note } from "../parts.js";
import { version } from "../asset-url.js";
import { t } from "../translate.js";

const ICONS = { ok: "check", warning: "warning", failed: "cross" };

export function setup(app, _route, signal) {
  const place = h("div", {});
  const look = () => into(place, signal, async () => {
    const { ok, checks } = await app.api.operation("setup", {}, { signal });
    const count = checks.filter((check) => check.state !== "ok").length;
    const text = count ? t("setup.failed", { count }) : t("setup.ok");
    app.announce(text);
    return [note(ok ? (count ? "warning" : "success") : "danger", text), h("ul", { class: "it-checks" }, checks.map(row))];
  });
  look();
  const element = h("div", {}, heading(t("setup.title"), button(t("setup.again"), look)),
    h("p", { class: "it-intro" }, t("setup.intro")), place,
    h("p", { class: "it-muted" }, t("setup.version", { version })));
  return { element };
}

function row({ name, state, text, remedy }) {
  return h("li", { class: `it-check it-check-${state}` }, icon(ICONS[state]),
    h("div", {}, h("strong", {}, name), " ", h("span", { class: "it-muted" }, t(`setup.state.${state}`)),
      h("p", { dir: "auto" }, text),
      remedy && h("p", {}, h("strong", {}, t("setup.remedy")), " ", h("span", { dir: "auto" }, remedy))));
}
