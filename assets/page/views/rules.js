// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Rules: the file's text with what is wrong in it, a switch per rule, recipes, and a save that overwrites nobody. */

import { fill, h, redraw } from "../dom.js";
import { Editor, problemList } from "../editor.js";
import { button, heading, loading, note, problem } from "../parts.js";
import { RECIPES, inserted, recipe } from "../recipes.js";
import { link } from "../router.js";
import { begin } from "../ticket.js";
import { t } from "../translate.js";
import { lines, oneLine } from "../visible.js";

const PAUSE = 500; // milliseconds between two checks: each starts a process on the server
const MODES = ["off", "preview", "apply"];

export function rules(app, _route, signal) {
  return new RulesView(app, signal);
}

class RulesView {
  #checking = null;
  #timer = 0;
  #saved = "";
  #etag = "";
  #saving = Promise.resolve(true);
  #switching = Promise.resolve();

  constructor(app, signal) {
    Object.assign(this, { app, signal });
    this.editor = new Editor(() => this.#changed());
    this.state = h("span", { class: "it-muted" });
    this.verdict = h("div", { id: "it-problems", role: "status" });
    this.list = h("div", {});
    this.messages = h("div", {});
    this.save = button(t("rules.save"), () => this.#save(), "primary", { disabled: true });
    this.revert = button(t("rules.revert"), () => this.#put(this.#saved), "secondary", { hidden: true });
    this.savePreview = button(t("rules.savePreview"), () => this.#saveAndPreview());
    this.body = h("div", {}, loading());
    this.element = h("div", { onkeydown: (event) => this.#key(event) }, heading(t("rules.title")),
      h("p", { class: "it-intro" }, t("rules.intro")), this.messages, this.body);
    signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      this.#checking?.abort();
    });
    this.#load();
  }

  unsaved() {
    return this.editor.text !== this.#saved;
  }

  async #load() {
    try {
      const { text, etag } = await this.app.api.operation("rules_read", {}, { signal: this.signal });
      this.#etag = etag;
      this.#saved = text.replace(/\r\n/g, "\n");
      fill(this.messages);
      fill(this.body, this.#layout());
      this.#put(this.#saved);
    } catch (error) {
      if (this.signal.aborted) return;
      // A text that is there stays: it is the reader's own, and theirs can be asked for again.
      if (this.editor.element.isConnected) fill(this.messages, problem(error), this.#conflict());
      else fill(this.body, problem(error));
    }
  }

  #layout() {
    return h("div", { class: "it-rules" },
      h("div", { class: "it-rules-main" },
        h("label", { for: "it-rules", class: "it-label" }, t("rules.editor")), this.editor.element,
        h("p", { id: "it-rules-help", class: "it-muted it-small" }, t("rules.help")),
        h("div", { class: "it-buttons" }, this.save, this.savePreview, this.revert, this.state), this.verdict),
      h("div", { class: "it-rules-side" },
        h("section", { "aria-label": t("rules.list") }, h("h3", {}, t("rules.list")), this.list), this.#recipes()));
  }

  #put(text) {
    this.editor.text = text;
    this.#changed(0);
  }

  #changed(pause = PAUSE) {
    const unsaved = this.unsaved();
    this.save.disabled = !unsaved;
    this.revert.hidden = !unsaved;
    this.state.textContent = t(unsaved ? "rules.unsaved" : "rules.asSaved");
    clearTimeout(this.#timer);
    if (!this.signal.aborted) this.#timer = setTimeout(() => this.#check(), pause);
  }

  async #check() {
    this.#checking?.abort(); // the server ends a check that nobody waits for
    this.#checking = new AbortController();
    const { signal } = this.#checking;
    try {
      const args = { rules: this.editor.text, count: false };
      const answer = await this.app.api.operation("rules_check", args, { signal });
      if (!signal.aborted) this.#showCheck(answer);
    } catch (error) {
      if (!signal.aborted) fill(this.verdict, problem(error));
    }
  }

  #showCheck({ ok, errors, warnings, outline }) {
    this.editor.mark(errors, warnings);
    const counts = [errors.length > 0 && t("rules.errors", { count: errors.length }),
      warnings.length > 0 && t("rules.warnings", { count: warnings.length })].filter(Boolean).join(", ");
    const said = counts || t("rules.ok", { count: outline.length });
    fill(this.verdict, note(ok ? (warnings.length ? "warning" : "success") : "danger", said),
      problemList(errors, warnings, (line) => this.editor.goTo(line)));
    if (outline) redraw(this.list, outline.length ? this.#outline(outline) : h("p", { class: "it-muted" }, t("rules.none")));
  }

  #outline(rules) {
    return h("ul", { class: "it-outline" }, rules.map((rule, index) => h("li", {},
      h("button", { class: "btn btn-link it-outline-name", type: "button", dir: "auto",
        "aria-label": t("rules.goto", { rule: oneLine(rule.name) }), onclick: () => this.editor.goTo(rule.line) }, oneLine(rule.name)),
      rule.about && h("p", { class: "it-muted it-small", dir: "auto" }, lines(rule.about)),
      this.#switch(rule, index))));
  }

  #switch(rule, index) {
    const label = t("rules.modeOf", { rule: oneLine(rule.name) });
    return h("div", { class: "it-switch", role: "radiogroup", "aria-label": label }, MODES.map((mode) => {
      const id = `it-mode-${index}-${mode}`;
      return [h("input", { type: "radio", id, name: `it-mode-${index}`, value: mode, checked: rule.mode === mode,
        onchange: () => this.#switchRule(rule.name, mode) }), h("label", { for: id }, t(`rules.${mode}`))];
    }));
  }

  /** One after the other, for each edits the text that the last one left. They go on where the reader leaves. */
  #switchRule(rule, mode) {
    this.#switching = this.#switching.then(() => this.#edit(rule, mode));
  }

  /** Edits that rule's line alone. Where nothing else is unsaved, it is saved at once. */
  async #edit(rule, mode) {
    const name = t(`rules.${mode}`);
    try {
      const text = await this.#switched(rule, mode);
      const clean = !this.unsaved();
      if (!clean && this.signal.aborted) return; // given up with what else was unsaved
      this.#put(text.replace(/\r\n/g, "\n"));
      if (clean && !(await this.#save())) return;
      this.app.announce(t(clean ? "rules.switched" : "rules.switchedUnsaved", { rule: oneLine(rule), mode: name }));
    } catch (error) {
      this.#fail(problem(error));
      this.#changed(0);
    }
  }

  /** The editor's text with that rule switched. Where it became another meanwhile, that one is asked for. */
  async #switched(rule, to) {
    const rules = this.editor.text;
    const { text } = await this.app.api.operation("rules_switch", { rule, to, rules });
    return this.editor.text === rules ? text : this.#switched(rule, to);
  }

  /** Saves; resolves with whether all is saved. One after the other, for each needs the etag that the last one got. */
  #save() {
    this.#saving = this.#saving.then(() => !this.unsaved() || this.#write());
    return this.#saving;
  }

  async #write() {
    const { text } = this.editor;
    try {
      const { etag } = await this.app.api.operation("rules_save", { text, etag: this.#etag });
      this.#etag = etag;
      this.#saved = text;
      fill(this.messages);
      this.#changed();
      if (this.unsaved()) return true; // of what was typed meanwhile the state says so
      this.state.textContent = t("rules.saved");
      this.app.announce(t("rules.saved"));
      return true;
    } catch (error) {
      const conflict = error.message.startsWith("etag:");
      this.#fail(conflict && !this.signal.aborted ? this.#conflict() : problem(error));
      return false;
    }
  }

  /** Says what went wrong, and above another place where the reader is there by now. */
  #fail(said) {
    fill(this.signal.aborted ? this.app.notice : this.messages, said);
  }

  #conflict() {
    const overwrite = async () => {
      try {
        this.#etag = (await this.app.api.operation("rules_read")).etag;
        await this.#save();
      } catch (error) {
        this.#fail([problem(error), !this.signal.aborted && this.#conflict()]);
      }
    };
    return h("div", { class: "it-note it-note-warning", role: "alert" }, h("p", {}, t("rules.conflict")),
      h("div", { class: "it-buttons" }, button(t("rules.reload"), () => this.#load()), button(t("rules.overwrite"), overwrite)));
  }

  async #saveAndPreview() {
    await this.#switching;
    if (!this.unsaved() || (await this.#save())) begin(link("review"));
  }

  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (this.unsaved()) this.#save();
  }

  #recipes() {
    const insert = async (name) => {
      try {
        const rule = await recipe(name, this.signal); // first: what is typed meanwhile is part of the text
        const text = inserted(this.editor.text, rule);
        this.#put(text);
        const line = text.trimEnd().split("\n").findLastIndex((one) => /^\s*- name:/.test(one)) + 1;
        this.editor.goTo(line);
        this.app.announce(t("rules.inserted", { recipe: t(`recipe.${name}`) }));
      } catch (error) {
        if (!this.signal.aborted) this.#fail(problem(error));
      }
    };
    return h("section", { "aria-label": t("rules.recipes") }, h("h3", {}, t("rules.recipes")),
      h("p", { class: "it-muted it-small" }, t("rules.recipesIntro")),
      h("ul", { class: "it-recipes" }, RECIPES.map((name) => h("li", {},
        h("div", {}, t(`recipe.${name}`), h("p", { class: "it-muted it-small" }, t(`recipe.${name}.about`))),
        button(t("rules.insert"), () => insert(name), "secondary", {
          class: "btn btn-secondary btn-sm", "aria-label": t("rules.insertOf", { recipe: t(`recipe.${name}`) }) })))));
  }
}
