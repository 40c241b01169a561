/** What a plan is about: its images, its counts, what it would create, and its notes. */

import { PlaceLink } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { Loading } from "../components/Loading.js";
import { Stats } from "../components/Stats.js";
import { Bootstrap, h, useMemo } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { onlyRuleText, selectionOf, startParams } from "./selection.js";
import { usePreview } from "./usePreview.js";

const COUNTS = ["planned", "left_out", "preview", "missing", "nothing_found", "already_right", "organized", "problems"];

/** @param {{run: any, params: Record<string, string>}} props */
export function Summary({ run, params }) {
  const counts = { ...run.counts, planned: run.states.planned ?? 0, left_out: run.states.left_out ?? 0 };
  const created = run.names.filter((/** @type {any} */ name) => name.state === "planned");
  return h("section", { className: "it-summary", "aria-label": t("review.summary") },
    h(About, { run, params }), h(Stats, { counts, names: COUNTS, always: ["planned"] }),
    created.length > 0 && h("details", { className: "it-folded" }, h("summary", null, t("review.created", { count: created.length })),
      h("ul", { className: "it-columns" }, created.map((/** @type {any} */ name) => h("li", { key: `${name.kind} ${name.name}` },
        h("span", { className: "it-muted" }, t(`kind.${name.kind}`)), " ", h("bdi", null, oneLine(name.name)), " ",
        h("span", { className: "it-muted" }, t("review.images", { count: name.images })))))),
    run.notes.length > 0 && h("details", { className: "it-folded" }, h("summary", null, t("review.notes", { count: run.notes.length })),
      h("ul", null, run.notes.map((/** @type {any} */ note, /** @type {number} */ index) => h("li", { dir: "auto", key: index },
        note.id && h("span", null, h(PlaceLink, { to: ["explain", note.id] }, t("change.id", { id: note.id })), ": "), oneLine(note.text))))));
}

/** @param {{run: any, params: Record<string, string>}} props */
function About({ run, params }) {
  const { selection, error } = useMemo(() => select(params, run), [params, run]);
  const about = run.sample ? t("review.isSample", { count: run.counts.seen ?? 0 }) : t("review.checked", { count: run.counts.seen ?? 0 });
  const only = run.only_rules?.length === 1 ? run.only_rules[0] : params.only_rules;
  const matched = run.by === "import" ? "" : t("review.matched", { count: run.counts.matched ?? 0 });
  const words = [selection?.text, onlyRuleText(only), about, matched].filter(Boolean);
  return h("div", { className: "it-about" }, h("p", null, words.join(" · ")), h(ErrorAlert, { error }),
    selection && h(Again, { run, params, selection }));
}

/**
 * The selection that a review of all images has. An address may not name it: then it is every image.
 * @param {Record<string, string>} params
 * @param {any} run
 */
function select(params, run) {
  try {
    const only = params.only_rules ?? (run.only_rules?.length === 1 ? run.only_rules[0] : undefined);
    return { selection: selectionOf({ ...params, only_rules: only }), error: null };
  } catch (error) {
    return { selection: null, error: /** @type {Error} */ (error) };
  }
}

/** @param {{run: any, params: Record<string, string>, selection: import("./selection.js").Selection}} props */
function Again({ run, params, selection }) {
  const { another, all, isRunning, error, text } = usePreview(selection, params);
  const { Button } = Bootstrap;
  return h("div", null, h("div", { className: "it-buttons" },
    run.sample && h(Button, { disabled: isRunning, onClick: all }, t("review.reviewAll")),
    run.sample && h(Button, { variant: "secondary", disabled: isRunning, onClick: another }, t("review.another")),
    h(PlaceLink, { to: ["review", "", startParams(params)], className: "btn btn-secondary" }, t("review.again"))),
  isRunning && h(Loading, { text }), h(ErrorAlert, { error }));
}
