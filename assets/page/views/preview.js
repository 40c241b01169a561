// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Preview: choose images, look at a sample at once, plan all of them as a task. A plan itself is shown by plan.js. */

import { SAMPLE, choiceOf, planAll } from "../choice.js";
import { fill, h } from "../dom.js";
import { button, heading, into, loading, missed, note, problem, when } from "../parts.js";
import { planView } from "../plan.js";
import { go, link } from "../router.js";
import { t } from "../translate.js";

const SECONDS = 120; // a sample that reads files over a network takes its time

export function preview(app, route, signal) {
  if (route.id) return planView(app, route, signal);
  try {
    return new Start(app, route, signal);
  } catch (error) {
    return { element: h("div", {}, heading(t("preview.title")), problem(error)) };
  }
}

class Start {
  constructor(app, route, signal) {
    Object.assign(this, { app, route, signal, choice: choiceOf(route.params) });
    this.place = h("div", {});
    this.last = h("div", {});
    this.element = h("div", {}, heading(t("preview.title")), h("p", { class: "it-intro" }, t("preview.intro")),
      this.#chooser(), this.place, this.last);
    if (route.ticket) this.#sample();
    else this.#showLast();
  }

  #chooser() {
    const { choice } = this;
    const sample = choice.few ? t("preview.chosen") : t("preview.sample", { count: SAMPLE });
    this.buttons = [button(sample, () => this.#sample(), "primary")];
    if (!choice.few) this.buttons.push(button(t("preview.everything"), () => this.#all()));
    return h("div", { class: "card it-card" },
      h("p", {}, h("strong", {}, choice.text)), h("div", { class: "it-buttons" }, this.buttons));
  }

  async #sample() {
    const args = this.choice.few ? this.choice.args : { ...this.choice.args, sample: SAMPLE };
    const count = this.choice.few ? this.choice.args.ids.length : SAMPLE;
    await this.#busy(t("preview.sampling", { count }), async () => {
      const answer = await this.app.api.operation("rules_preview", args, { signal: this.signal, seconds: SECONDS });
      return { plan: answer.plan, sampled: args.sample && answer.counts.seen >= SAMPLE ? "1" : "" };
    });
  }

  async #all() {
    await this.#busy(t("preview.planning"), async () => ({ plan: await planAll(this.app, this.choice.args) }));
  }

  /** Runs `work`, which answers a plan's number and whether it is a sample, and goes there if the reader is still here. */
  async #busy(text, work) {
    this.buttons.forEach((one) => { one.disabled = true; });
    fill(this.place, loading(text));
    this.app.announce(text);
    try {
      const { plan, sampled } = await work();
      if (this.signal.aborted) return;
      go("review", plan, { ...this.route.params, of: this.choice.known ? this.route.params.of : "all", sampled });
    } catch (error) {
      if (this.signal.aborted) missed(this.app, "rules_preview", error);
      else fill(this.place, problem(error));
    } finally {
      this.buttons.forEach((one) => { one.disabled = false; });
    }
  }

  #showLast() {
    into(this.last, this.signal, async () => {
      const runs = await this.app.api.operation("runs", { previews: true }, { signal: this.signal });
      const last = runs.find((run) => run.mode === "rules_preview" && run.status === "done");
      return last && note("info", h("a", { href: link("review", last.id) }, t("preview.last")), ", ", when(last.started),
        ": ", t("runs.would", { count: last.counts.planned }));
    });
  }
}
