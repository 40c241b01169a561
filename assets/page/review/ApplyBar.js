/** The bar that applies a plan, or shows why it can't be applied. */

import { useNavigate, PlaceLink } from "../app/place.js";
import { useFrame } from "../app/frame.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { Bootstrap, h } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { usePlan } from "./plan.js";
import { startParams } from "./selection.js";
import { useApply } from "./useApply.js";

/**
 * @param {object} props
 * @param {any} props.run
 * @param {Record<string, string>} props.params
 * @param {ReturnType<typeof import("../hooks/useOperation.js").useOperation>} props.list the first page of what is shown
 * @param {boolean} props.isCurrent whether `run` has all edits: otherwise its count isn't what an apply writes
 */
export function ApplyBar({ run, params, list, isCurrent }) {
  const again = h(PlaceLink, { to: ["review", "", startParams(params)] }, t("review.again"));
  if (run.applied_by) {
    return h(Note, { tone: "success" }, t("review.applied"), " ", h(PlaceLink, { to: ["runs", run.applied_by] }, t("review.appliedBy")));
  }
  if (!Object.keys(run.fields).length && !run.states.left_out) {
    return h(Note, { tone: "info" }, t(run.counts.preview ? "review.onlyPreview" : "review.nothing"), " ", run.counts.preview ? again : null);
  }
  if (!run.applicable) {
    return h(Note, { tone: "warning" }, run.stale ? t("review.stale", { reason: oneLine(run.stale) }) : t("review.old"), " ", again);
  }
  return h("div", { className: "it-bar" }, run.held && h(Held, { run }), h(Apply, { run, list, isCurrent }));
}

/** @param {{tone: string, children?: import("react").ReactNode}} props */
function Note({ tone, children }) {
  return h("div", { className: `it-note it-note-${tone}` }, h("p", null, children));
}

/** @param {{run: any}} props */
function Held({ run }) {
  const { confirm } = useFrame();
  const { edit } = usePlan();
  const { go } = useNavigate();
  const discard = async () => {
    const question = { title: t("review.discardTitle"), body: t("review.discardText"), yes: t("review.discard"), variant: "danger" };
    if (await confirm(question) && await edit("plan_discard", {}, t("review.discarded"))) go("runs");
  };
  return h("div", { className: "it-note it-note-warning" }, h("p", null, t("review.held", { reason: oneLine(run.held) })),
    h(Bootstrap.Button, { variant: "danger", size: "sm", onClick: discard }, t("review.discard")));
}

/** @param {Omit<Parameters<typeof ApplyBar>[0], "params">} props */
function Apply({ run, list, isCurrent }) {
  const { filter } = usePlan();
  const isNarrow = Object.keys(filter).length > 0;
  const count = isNarrow ? list.data?.planned ?? 0 : run.states.planned ?? 0;
  const { apply, isRunning, error } = useApply({ run, count, only: isNarrow ? filter : null });
  const label = count ? t(isNarrow ? "review.applyShown" : run.sample ? "review.applySample" : "review.apply", { count }) : t("review.applyNone");
  const isWaiting = !isCurrent || (isNarrow && list.isLoading);
  return h("div", null, h("div", { className: "it-applying" },
    h(Bootstrap.Button, { className: "it-main", variant: run.sample ? "secondary" : "primary", onClick: apply,
      disabled: isRunning || isWaiting || !count }, label),
    run.states.left_out > 0 && h("span", null, t("review.excludedImages", { count: run.states.left_out })),
    run.counts.preview > 0 && h("span", { className: "it-muted" }, t("review.somePreview", { count: run.counts.preview }))),
  h(ErrorAlert, { error }));
}
