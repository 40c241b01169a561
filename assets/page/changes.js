// @ts-nocheck -- a view of before React: types come when it is rewritten
/** The images of a plan, however many: blocks of one page each, fetched when they come near and let go when far. */

import { difference } from "./diff.js";
import { fill, h, unseen } from "./dom.js";
import { link } from "./router.js";
import { t } from "./translate.js";
import { basename, oneLine } from "./visible.js";

const PAGE = 50;
const ROW = 132; // pixels, until a block has shown how high it is
const NEAR = "1500px";
const PLACE = "imageToolsBlock";
const SWITCHES = {
  planned: { out: true, label: "change.leaveOut", said: "change.leftOut" },
  left_out: { out: false, label: "change.takeIn", said: "change.takenIn" },
};
const PATIENCE = 120; // milliseconds: a block that is only passed by is not fetched

/**
 * The images of a plan, of one rule or field if `only` says so: {total, element}, with the first page fetched.
 * `leaveOut(id, out)`, or a promise of it, leaves an image out or takes it in again; without it none can be.
 */
export async function changesOf(app, plan, { only = {}, leaveOut, signal }) {
  const ask = (page, abort) => app.api.operation("plan", { plan, page, previewed: true, ...only }, { signal: abort });
  const [first, leave] = await Promise.all([ask(1, signal), leaveOut]);
  const fetch = async (page, abort) => (page === 1 ? first : await ask(page, abort)).changes;
  const list = new ChangesList(app, { total: first.total, fetch, leaveOut: leave });
  signal.addEventListener("abort", () => list.close(), { once: true });
  return { total: first.total, element: list.element };
}

class ChangesList {
  #blocks = new Map();
  #pages = new Map();

  constructor(app, options) {
    Object.assign(this, { app, ...options });
    this.observer = new IntersectionObserver((entries) => entries.forEach((entry) => this.#moved(entry)), {
      rootMargin: NEAR,
    });
    const count = Math.ceil(this.total / PAGE);
    const blocks = Array.from({ length: count }, (_, index) => this.#block(index + 1));
    this.element = h("div", { class: "it-changes", onclick: (event) => this.#remember(event.target) },
      count > 1 && this.#jump(), blocks);
    blocks.forEach((block) => this.observer.observe(block));
    // Back from an image or its explanation: to the block that it was opened from.
    const left = blocks[Number(history.state?.[PLACE]) - 1];
    if (left && left !== blocks[0]) requestAnimationFrame(() => left.scrollIntoView());
  }

  close() {
    this.observer.disconnect();
    this.#blocks.forEach((block) => this.#forget(block));
  }

  /** Notes in the browser's history, before a link is followed, which block it stands in. */
  #remember(target) {
    const block = target.closest("a") && this.#blocks.get(target.closest("section"));
    if (block) history.replaceState({ ...history.state, [PLACE]: block.page }, "");
  }

  #block(page) {
    const first = (page - 1) * PAGE + 1;
    const last = Math.min(page * PAGE, this.total);
    const label = t("change.list", { first, last });
    const element = h("section", { class: "it-block", "aria-label": label, tabindex: "-1" });
    element.style.minHeight = `${(last - first + 1) * ROW}px`;
    this.#blocks.set(element, { element, page, timer: 0, loading: null, shown: false });
    return element;
  }

  #jump() {
    const input = h("input", { class: "form-control text-input it-number", type: "number", min: "1", max: String(this.total),
      id: "it-jump", inputmode: "numeric" });
    const go = (event) => {
      event.preventDefault();
      const place = Math.min(Math.max(1, Number(input.value) || 1), this.total);
      const block = [...this.#blocks.keys()][Math.floor((place - 1) / PAGE)];
      block.scrollIntoView();
      block.focus({ preventScroll: true });
    };
    return h("form", { class: "it-jump", onsubmit: go }, h("label", { for: "it-jump" }, t("change.jump")), input,
      h("span", { class: "it-muted" }, t("change.jumpOf", { count: this.total })),
      h("button", { class: "btn btn-secondary btn-sm", type: "submit" }, t("change.jumpGo")));
  }

  #moved({ target, isIntersecting }) {
    const block = this.#blocks.get(target);
    clearTimeout(block.timer);
    if (!isIntersecting) return this.#hide(block);
    if (block.shown || block.loading) return;
    if (this.#pages.has(block.page) || block.page === 1) this.#load(block);
    else block.timer = setTimeout(() => this.#load(block), PATIENCE);
  }

  async #load(block) {
    const loading = new AbortController();
    block.loading = loading;
    block.element.setAttribute("aria-busy", "true");
    const { signal } = loading;
    try {
      const images = this.#pages.get(block.page) ?? (await this.fetch(block.page, signal));
      this.#pages.set(block.page, images);
      if (!signal.aborted) this.#show(block, images);
    } catch (error) {
      if (!signal.aborted) this.#failed(block, error);
    } finally {
      if (block.loading === loading) this.#forget(block);
    }
  }

  #show(block, images) {
    block.shown = true;
    block.element.style.minHeight = "";
    fill(block.element, h("ul", {}, images.map((image) => this.#row(image))));
  }

  #failed(block, error) {
    const again = h("button", { class: "btn btn-secondary btn-sm", type: "button", onclick: () => this.#load(block) },
      t("change.retry"));
    fill(block.element, h("div", { class: "it-note it-note-danger", role: "alert" }, t("change.failed"), " ",
      error.message, " ", again));
  }

  #hide(block) {
    this.#forget(block);
    if (!block.shown || block.element.contains(document.activeElement)) return;
    block.element.style.minHeight = `${block.element.offsetHeight}px`;
    block.element.replaceChildren();
    block.shown = false;
  }

  /** Ends what is under way for a block, so that it can begin anew. */
  #forget(block) {
    clearTimeout(block.timer);
    block.loading?.abort();
    block.loading = null;
    block.element.removeAttribute("aria-busy");
  }

  #row(image) {
    const name = image.path ? oneLine(image.path) : t("change.id", { id: image.id });
    const folder = image.path ? oneLine(image.path.slice(0, -basename(image.path).length)) : "";
    const title = image.path ? oneLine(basename(image.path)) : t("change.noPath", { id: image.id });
    return h("li", { class: "card it-change", "data-state": image.state, "data-id": image.id },
      h("a", { class: "it-thumb", href: this.app.api.page(image.id), tabindex: "-1", "aria-hidden": "true" },
        thumbnail(this.app.api.thumbnail(image.id))),
      h("div", { class: "it-change-head" },
        h("a", { class: "it-path", href: this.app.api.page(image.id), "aria-label": t("change.open", { path: name }),
          title: name },
          h("bdi", { class: "it-folder" }, folder), h("bdi", { class: "it-file" }, title)),
        this.#actions(image, name)),
      h("dl", { class: "it-fields" }, image.changes.map(field)),
      image.reason && h("p", { class: "it-reason", dir: "auto" }, oneLine(image.reason)));
  }

  #actions(image, name) {
    const explain = h("a", { class: "btn btn-link btn-sm", href: link("explain", image.id),
      "aria-label": t("change.explainOf", { path: name }) }, t("change.explain"));
    return h("div", { class: "it-actions" }, stateBadge(image), explain,
      this.leaveOut && image.state in SWITCHES && this.#switch(image, name));
  }

  /** The button that leaves an image out, or takes it in again. */
  #switch(image, name) {
    const { out, label, said } = SWITCHES[image.state];
    const act = async (event) => {
      const row = event.target.closest("li");
      event.target.disabled = true;
      try {
        await this.leaveOut(image.id, out);
        image.state = out ? "left_out" : "planned";
        const fresh = this.#row(image);
        row.replaceWith(fresh);
        fresh.querySelector("button").focus();
        this.app.announce(`${t(said)}: ${name}`);
      } catch (error) {
        event.target.disabled = false;
        row.append(h("p", { class: "it-reason", role: "alert" }, error.message));
      }
    };
    return h("button", { class: "btn btn-secondary btn-sm", type: "button", onclick: act,
      "aria-label": t(`${label}Of`, { path: name }) }, t(label));
  }
}

function stateBadge({ state }) {
  if (state === "planned" || state === "preview") return null;
  return h("span", { class: `it-badge it-state-${state}` }, t(`change.state.${state}`));
}

/** A small picture that is fetched only when it comes into sight; one that cannot be shown leaves an empty frame. */
export function thumbnail(src) {
  return h("img", { src, alt: "", loading: "lazy", decoding: "async", width: "96", height: "96",
    onerror: (event) => event.target.classList.add("it-broken") });
}

function field(change) {
  return h("div", { class: change.preview ? "it-field it-field-preview" : "it-field" },
    h("dt", {}, t(`field.${change.field}`)),
    h("dd", {}, difference(change),
      h("span", { class: "it-by" }, unseen(t("change.by")),
        change.preview && h("span", { class: "it-badge" }, t("change.previewOnly")),
        change.rules.map((rule) => h("span", { class: "it-rule", dir: "auto" }, oneLine(rule))))));
}

