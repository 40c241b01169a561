/** The page: `mount(element, {base})` puts it into an element of Stash's UI or of its own document. */

import { Api } from "./api.js";
import { fill, h } from "./dom.js";
import { Jobs } from "./jobs.js";
import { jobBar } from "./job-bar.js";
import { asset, plugin, version } from "./place.js";
import { link, parse } from "./router.js";
import { takeTicket } from "./ticket.js";
import { t } from "./translate.js";
import { explain } from "./views/explain.js";
import { preview } from "./views/preview.js";
import { rules } from "./views/rules.js";
import { run } from "./views/run.js";
import { runs } from "./views/runs.js";
import { setup } from "./views/setup.js";
import { undo } from "./views/undo.js";

/** The tabs, and the views behind them. */
const VIEWS = { rules, preview, explain, runs, setup };
/** Views that are about one run; they stand under the tab Runs. */
const DETAILS = { runs: run, undo };

/**
 * Shows the page. `base` is the server's root: "/" or "/stash/". The function it returns takes the page away again; its
 * `question` is what to ask before that, if anything is to be lost, and its `show` draws the place in the address.
 */
export function mount(element, { base }) {
  const page = new Page(element, base);
  page.open();
  return Object.assign(() => page.close(), {
    question: () => page.unsaved() && t("rules.leave"),
    show: () => page.show(),
  });
}

class Page {
  #element;
  #view = null;
  #leaving = new AbortController();
  #title = document.title;

  constructor(element, base) {
    this.#element = element;
    this.api = new Api(base, plugin);
    this.jobs = new Jobs(this.api);
    this.status = h("p", { class: "it-unseen", role: "status" });
    this.body = h("div", { class: "it-view" });
    this.nav = h("nav", { class: "it-nav", "aria-label": t("nav.label") });
    this.notice = h("div", {});
  }

  async open() {
    addEventListener("hashchange", this.show);
    addEventListener("beforeunload", this.#keep);
    await stylesheet(asset("page/page.css"));
    this.#element.classList.add("image-tools");
    fill(this.#element, h("header", { class: "it-header" }, h("h1", {}, t("app.title")), this.nav),
      this.notice, jobBar(this), this.body, this.status);
    this.show();
  }

  close() {
    removeEventListener("hashchange", this.show);
    removeEventListener("beforeunload", this.#keep);
    this.#leave();
    this.jobs.close();
    this.#element.replaceChildren();
    this.#element.classList.remove("image-tools");
    document.title = this.#title;
  }

  /** Tells screen readers what happened. */
  announce(text) {
    this.status.textContent = "";
    setTimeout(() => { this.status.textContent = text; }, 50);
  }

  unsaved() {
    return Boolean(this.#view?.unsaved?.());
  }

  show = () => {
    if (path() !== this.#path) return; // another page of Stash, which takes this one away
    const first = !this.#view;
    const ticket = takeTicket(); // even where the reader stays here: no later place may find it
    if (this.unsaved() && !confirm(t("rules.leave"))) {
      history.replaceState(history.state, "", this.#url);
      return;
    }
    this.#leave();
    fill(this.notice);
    this.#url = location.href;
    const route = { ...parse(location.hash), ticket };
    const name = Object.hasOwn({ ...VIEWS, ...DETAILS }, route.name) ? route.name : "rules";
    const create = (route.id && DETAILS[name]) || VIEWS[name] || runs;
    this.#leaving = new AbortController();
    this.#view = create(this, route, this.#leaving.signal);
    fill(this.nav, h("ul", { class: "nav nav-tabs" }, Object.keys(VIEWS).map((tab) => this.#tab(tab, name))));
    fill(this.body, this.#view.element);
    this.body.dataset.place = location.hash; // the address is another as soon as it is gone to
    const heading = this.body.querySelector("h2");
    document.title = `${heading.textContent} · ${t("app.title")}`;
    if (!first) heading.focus();
    this.#compareVersions();
  };

  #url = location.href;
  #path = path();

  #tab(tab, name) {
    const active = tab === (name === "undo" ? "runs" : name);
    const props = { class: active ? "nav-link active" : "nav-link", href: link(tab), "aria-current": active && "page" };
    return h("li", { class: "nav-item" }, h("a", props, t(`nav.${tab}`)));
  }

  #leave() {
    this.#leaving.abort();
    this.#view = null;
  }

  #keep = (event) => this.unsaved() && event.preventDefault();

  async #compareVersions() {
    const now = await this.api.version().catch(() => version);
    if (now === undefined || now === version) return;
    if (!this.unsaved()) return location.reload();
    const reload = h("button", { class: "btn btn-primary btn-sm", type: "button", onclick: () => location.reload() },
      t("updated.reload"));
    fill(this.notice, h("div", { class: "it-note it-note-warning", role: "alert" }, t("updated.text"), " ", reload));
  }
}

/** Stash finds the page with and without the slash at its end. */
function path() {
  return location.pathname.replace(/\/$/, "");
}

function stylesheet(href) {
  if (document.querySelector(`link[href="${href}"]`)) return null;
  return new Promise((resolve) => {
    const element = h("link", { rel: "stylesheet", href, onload: resolve, onerror: resolve });
    document.head.append(element);
  });
}
