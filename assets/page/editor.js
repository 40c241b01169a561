// @ts-nocheck -- a view of before React: types come when it is rewritten
/** A text area with line numbers and marks at the lines that have problems. The Tab key stays the reader's. */

import { fill, h, icon } from "./dom.js";
import { t } from "./translate.js";

export class Editor {
  /** `changed` is called whenever the text is another. */
  constructor(changed) {
    this.numbers = h("pre", { class: "it-numbers", "aria-hidden": "true" });
    this.marks = h("div", { class: "it-marks", "aria-hidden": "true" });
    this.input = h("textarea", { class: "it-text", id: "it-rules", spellcheck: "false", autocapitalize: "off",
      autocomplete: "off", wrap: "off", rows: "24", "aria-describedby": "it-rules-help it-problems",
      oninput: () => { this.#number(); changed(); }, onscroll: () => this.#follow() });
    this.element = h("div", { class: "it-editor" }, h("div", { class: "it-gutter" }, this.numbers), this.marks, this.input);
  }

  get text() {
    return this.input.value;
  }

  /** Only what differs is replaced, so that the cursor stays where somebody is typing. */
  set text(value) {
    const { value: old } = this.input;
    const shorter = Math.min(old.length, value.length);
    let before = 0;
    while (before < shorter && old[before] === value[before]) before += 1;
    let after = 0;
    while (after < shorter - before && old.at(-1 - after) === value.at(-1 - after)) after += 1;
    this.input.setRangeText(value.slice(before, value.length - after), before, old.length - after, "preserve");
    this.#number();
  }

  /** Marks lines: problems are {line, message}. */
  mark(errors, warnings) {
    const kinds = new Map(warnings.map((problem) => [problem.line, "warning"]));
    errors.forEach((problem) => kinds.set(problem.line, "danger"));
    fill(this.marks, [...kinds].map(([line, kind]) => {
      const mark = h("div", { class: `it-mark it-mark-${kind}` }, icon(kind === "danger" ? "cross" : "warning"));
      mark.style.setProperty("--line", String(line - 1));
      return mark;
    }));
    this.input.setAttribute("aria-invalid", String(errors.length > 0));
    this.#follow();
  }

  /** Puts the cursor at the beginning of a line and shows it. */
  goTo(line) {
    const lines = this.text.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    this.input.focus();
    this.input.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    const height = this.input.scrollHeight / Math.max(1, lines.length);
    this.input.scrollTop = Math.max(0, (line - 6) * height);
  }

  #number() {
    const count = this.text.split("\n").length;
    if (count === this.count) return;
    this.count = count;
    this.numbers.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
  }

  #follow() {
    const shift = `translateY(${-this.input.scrollTop}px)`;
    this.numbers.style.transform = shift;
    this.marks.style.transform = shift;
  }
}

/** The problems as a list, each leading to its line. */
export function problemList(errors, warnings, goTo) {
  const item = (kind, { line, message }) => h("li", { class: `it-problem it-problem-${kind}` },
    icon(kind === "danger" ? "cross" : "warning"),
    h("button", { class: "btn btn-link btn-sm", type: "button", onclick: () => goTo(line) }, t("rules.line", { line })),
    h("span", { dir: "auto" }, message));
  return h("ul", { class: "it-problems" }, errors.map((problem) => item("danger", problem)),
    warnings.map((problem) => item("warning", problem)));
}
