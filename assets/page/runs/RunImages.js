/** The images of a run's plan, each with its changes and what happened to it. */

import { Difference } from "../components/Difference.js";
import { ImageList, useFirstPage } from "../components/ImageList.js";
import { FieldRow, ImageRow } from "../components/ImageRow.js";
import { React, h } from "../react.js";
import { t } from "../translate.js";

/** @typedef {import("../components/ImageList.js").PlanImage} PlanImage */

/** @param {{plan: number, version?: string, title?: string}} props another `version` requests the images again */
export function RunImages({ plan, version, title = t("run.changes") }) {
  const first = useFirstPage(plan, {}, version);
  if (first.data && !first.data.total) return h("p", { className: "it-muted" }, t("run.none"));
  return h("section", { "aria-label": title }, h("h3", null, title),
    h(ImageList, { plan, first, version, children: (image, among) => h(RunImage, { key: image.id, image, among }) }));
}

const RunImage = React.memo(/** @param {{image: PlanImage, among: string[]}} props */ function RunImage({ image, among }) {
  return h(ImageRow, { image, among, children: (change) => h(FieldRow, { key: change.field, change, children: h(Difference, { change }) }) });
});
