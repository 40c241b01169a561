// @ts-nocheck -- a view of before React: types come when it is rewritten
/** A plan: its counts, its changes image by image, and the button that applies exactly what is shown. */

import { changesOf } from "./changes.js";
import { choiceOf, planAll } from "./choice.js";
import { fill, h } from "./dom.js";
import { outcome } from "./jobs.js";
import { ask, button, folded, heading, into, loading, missed, note, problem, tiles } from "./parts.js";
import { go, link, replace } from "./router.js";
import { number, t } from "./translate.js";
import { oneLine } from "./visible.js";

const COUNTS = ["matched", "planned", "preview", "organized", "missing", "nothing_found", "already_right", "problems"];

export function planView(app, route, signal) {
  return new PlanView(app, route, signal);
}

class PlanView {
  constructor(app, route, signal) {
    Object.assign(this, { app, route, signal, plan: Number(route.id) });
    this.only = { rule: route.params.rule, field: route.params.field };
    this.top = h("div", {});
    this.bar = h("div", { class: "it-bar" });
    this.list = h("div", {});
    this.element = h("div", {}, heading(t("preview.title")), this.top, this.bar, this.list);
    // Both at once: each call starts a process on the server.
    this.ready = app.api.operation("run", { run: this.plan }, { signal });
    this.#showList();
    into(this.top, signal, async () => {
      this.run = await this.ready;
      this.#showBar();
      return this.#summary();
    });
  }

  #summary() {
    const { counts, notes, names } = this.run;
    return h("div", { class: "it-summary" }, this.#about(), tiles(counts, COUNTS, ["matched", "planned"]),
      this.#tables(), this.#names(names), this.#notes(notes));
  }

  #about() {
    const { counts } = this.run;
    const choice = choiceOf(this.route.params);
    const { sampled } = this.route.params;
    return h("div", { class: "it-about" },
      h("p", {}, choice.known && [h("strong", {}, choice.text), " · "],
        t(sampled ? "preview.isSample" : "preview.looked", { count: counts.seen ?? 0 })),
      h("div", { class: "it-buttons" }, sampled && this.#allButton(choice),
        h("a", { class: "btn btn-secondary", href: link("review", "", { ...this.route.params, rule: "", field: "" }) },
          t("preview.again"))));
  }

  #allButton(choice) {
    return button(t("preview.everything"), async (event) => {
      event.target.disabled = true;
      this.app.announce(t("preview.planning"));
      const waiting = h("div", {}, note("info", loading(t("preview.planning"))));
      this.top.prepend(waiting);
      try {
        const plan = await planAll(this.app, choice.args);
        if (!this.signal.aborted) go("review", plan, { ...this.route.params, sampled: "", rule: "", field: "" });
      } catch (error) {
        event.target.disabled = false;
        if (this.signal.aborted) missed(this.app, "rules_preview", error);
        else fill(waiting, problem(error));
      }
    }, "primary");
  }

  #tables() {
    const rules = Object.entries(this.run.counts.rules ?? {}).sort(([, one], [, other]) => other.planned - one.planned);
    const fields = Object.entries(this.run.fields).sort(([, one], [, other]) => other - one);
    if (!fields.length) return null;
    return h("div", { class: "it-facets" },
      facet("rule", t("preview.rules"), rules.map(([name, counts]) => ({ name, label: oneLine(name), count: counts.planned })),
        this.only.rule, (rule) => this.#filter({ rule })),
      facet("field", t("preview.fields"), fields.map(([name, count]) => ({ name, label: t(`field.${name}`), count })),
        this.only.field, (field) => this.#filter({ field })));
  }

  #filter(change) {
    for (const [key, value] of Object.entries(change)) this.only[key] = this.only[key] === value ? "" : value;
    replace("review", this.plan, { ...this.route.params, ...this.only });
    for (const button of this.top.querySelectorAll(".it-facet")) {
      const { kind, name } = button.dataset;
      button.setAttribute("aria-pressed", String(this.only[kind] === name));
    }
    this.#showList();
  }

  #names(names) {
    if (!names.length) return null;
    const items = names.map((name) => h("li", {}, h("span", { class: "it-muted" }, t(`kind.${name.kind}`)), " ",
      h("bdi", {}, oneLine(name.name)), " ",
      h("span", { class: "it-muted" }, t("preview.nameImages", { count: name.images })),
      name.state === "preview" && [" ", h("span", { class: "it-badge" }, t("change.previewOnly"))]));
    return folded(t("preview.names", { count: names.length }), h("ul", { class: "it-columns" }, items));
  }

  #notes(notes) {
    if (!notes.length) return null;
    return folded(t("preview.notes", { count: notes.length }),
      h("ul", {}, notes.map((remark) => h("li", { dir: "auto" },
        remark.id && [h("a", { href: link("explain", remark.id) }, t("change.id", { id: remark.id })), ": "],
        oneLine(remark.text)))));
  }

  #showBar() {
    const { states, applicable, applied_by: applied, counts } = this.run;
    if (applied) {
      fill(this.bar, note("success", t("preview.applied"), " ", h("a", { href: link("runs", applied) }, t("preview.appliedBy"))));
    } else if (!Object.keys(this.run.fields).length) {
      fill(this.bar, note("info", t("preview.nothing")));
    } else if (!applicable) {
      fill(this.bar, note("warning", t("preview.stale")));
    } else if (!states.planned && counts.preview) {
      fill(this.bar, note("info", t("preview.onlyPreview"), " ", h("a", { href: link("rules") }, t("nav.rules"))));
    } else {
      fill(this.bar, this.#applying());
    }
  }

  #applying() {
    const { states, counts } = this.run;
    const label = states.planned ? t("preview.apply", { count: states.planned }) : t("preview.applyNone");
    this.apply = button(label, () => this.#apply(), "primary", { class: "btn btn-primary it-main",
      disabled: this.applying || !states.planned });
    return h("div", { class: "it-applying" }, this.apply,
      states.left_out > 0 && h("span", {}, t("preview.leftOut", { count: states.left_out })),
      counts.preview > 0 && h("span", { class: "it-muted" }, t("preview.somePreview", { count: counts.preview })));
  }

  async #apply() {
    if (this.asking) return; // pressed twice: one dialog is enough
    this.asking = true;
    const agreed = await this.#agreed().finally(() => { this.asking = false; });
    if (!agreed) return;
    this.applying = true;
    this.apply.disabled = true;
    try {
      const { run, error } = await outcome(this.app.api, await this.app.jobs.run("rules_apply", { plan: this.plan, confirm: true }));
      if (!run || run.mode !== "rules_apply") throw new Error(error || t("error.unknown"));
      if (!this.signal.aborted) go("runs", run.id);
    } catch (error) {
      this.applying = false;
      this.apply.disabled = !this.run.states.planned;
      if (this.signal.aborted) missed(this.app, "rules_apply", error);
      else this.bar.append(problem(error));
    }
  }

  async #agreed() {
    const { states, names } = this.run;
    const count = states.planned;
    const made = names.filter((name) => name.state === "planned").length;
    const lines = [t("preview.confirmText"), made > 0 && t("preview.confirmNames", { count: made }), await this.#hooking()];
    return ask(t("preview.confirmTitle", { count }), lines, t("preview.apply", { count }), this.signal);
  }

  async #hooking() {
    const document = "{ plugins { id name enabled hooks { hooks } } }";
    const { plugins } = await this.app.api.query(document).catch(() => ({ plugins: [] }));
    const slow = plugins.filter((one) => one.enabled && one.id !== this.app.api.plugin
      && one.hooks?.some((hook) => hook.hooks?.includes("Image.Update.Post")));
    return slow.length > 0 && t("preview.hooking", { plugins: slow.map((one) => one.name).join(", ") });
  }

  async #showList() {
    this.listing?.abort();
    this.listing = new AbortController();
    const { signal } = this.listing;
    this.signal.addEventListener("abort", () => this.listing.abort(), { once: true });
    try {
      const only = Object.fromEntries(Object.entries(this.only).filter(([, value]) => value));
      const leaveOut = this.ready.then((run) => run.applicable && ((id, out) => this.#leaveOut(id, out)));
      const { total, element } = await changesOf(this.app, this.plan, { only, leaveOut, signal });
      if (!signal.aborted) fill(this.list, this.#showing(total), element);
    } catch (error) {
      if (!signal.aborted) fill(this.list, problem(error));
    }
  }

  /** What the list is narrowed to, if it is. */
  #showing(count) {
    const what = [this.only.rule && oneLine(this.only.rule), this.only.field && t(`field.${this.only.field}`)];
    const said = what.filter(Boolean).join(", ");
    return said && h("p", { class: "it-showing", role: "status" }, t("preview.showing", { count, what: said }));
  }

  #leavingOut = Promise.resolve();

  /** One after the other: each takes the lock that only one run can hold. */
  #leaveOut(id, out) {
    const work = this.#leavingOut.then(async () => {
      const { states } = await this.app.api.operation("plan_leave_out", { plan: this.plan, ids: [id], back: !out });
      this.run.states = states;
      this.#showBar();
    });
    this.#leavingOut = work.catch(() => {});
    return work;
  }
}

function facet(kind, title, items, chosen, choose) {
  return h("fieldset", {}, h("legend", {}, title), items.map((item) =>
    h("button", { class: "it-facet", type: "button", "aria-pressed": String(chosen === item.name), "data-kind": kind,
      "data-name": item.name, dir: "auto", onclick: () => choose(item.name) },
    item.label, " ", h("span", { class: "it-count" }, number(item.count)))));
}
