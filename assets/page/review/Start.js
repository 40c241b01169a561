/** The beginning of a review: choose a sample or all images. */

import { useFrame } from "../app/frame.js";
import { PlaceLink } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { Loading } from "../components/Loading.js";
import { RelativeTime } from "../components/RelativeTime.js";
import { useOperation } from "../hooks/useOperation.js";
import { Bootstrap, h, useEffect, useMemo } from "../react.js";
import { t } from "../translate.js";
import { SAMPLE, onlyRuleText, selectionOf } from "./selection.js";
import { usePreview } from "./usePreview.js";

/** @param {{place: import("../app/place.js").Place}} props */
export function Start({ place }) {
  const params = useMemo(() => ({ ...place.params, only_rules: place.params.rule }), [place.params]);
  const { selection, error } = useMemo(() => read(params), [params]);
  return h("div", null, h("p", { className: "it-intro" }, t("review.intro")), h(ErrorAlert, { error }),
    selection && h(Choice, { selection, params, isStarted: place.ticket }), h(LastPreview));
}

/** @param {Record<string, string>} params */
function read(params) {
  try {
    return { selection: selectionOf(params), error: null };
  } catch (error) {
    return { selection: null, error: /** @type {Error} */ (error) };
  }
}

/** @param {{selection: import("./selection.js").Selection, params: Record<string, string>, isStarted: boolean}} props */
function Choice({ selection, params, isStarted }) {
  const { sample, all, isRunning, error, text } = usePreview(selection, params);
  useEffect(() => { if (isStarted) sample(); }, []); // eslint-disable-line react-hooks/exhaustive-deps -- once, when it opens
  const { Button } = Bootstrap;
  const label = selection.isFew ? t("review.reviewThese") : t("review.reviewSample", { count: SAMPLE });
  return h("div", { className: "card it-card" },
    h("p", null, h("strong", null, selection.text || t("review.all")), params.only_rules && ` · ${onlyRuleText(params.only_rules)}`),
    h("div", { className: "it-buttons" }, h(Button, { disabled: isRunning, onClick: sample }, label),
      !selection.isFew && h(Button, { variant: "secondary", disabled: isRunning, onClick: all }, t("review.reviewAll"))),
    isRunning && h(Loading, { text }), h(ErrorAlert, { error }));
}

function LastPreview() {
  const { place } = useFrame();
  const { data, error } = useOperation(place.ticket ? null : "runs", { previews: true });
  const last = data?.find((/** @type {any} */ run) => run.mode === "rules_preview" && run.status === "done");
  if (error) return h(ErrorAlert, { error });
  if (!last) return null;
  return h("p", { className: "it-note it-note-info" }, h("span", null, h(PlaceLink, { to: ["review", last.id] }, t("review.last")), ", ",
    h(RelativeTime, { value: last.started }), ": ", t("runs.would", { count: last.counts.planned })));
}
