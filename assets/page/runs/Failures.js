/** The images that a run failed to change or skipped, with their reasons. */

import { Router, h } from "../react.js";
import { nameOf } from "../components/ImageRow.js";
import { useId } from "../hooks/useId.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";

const MAX_LISTED = 50; // as many as the operation `run` answers

/** @param {{failures: {id: string, path: string | null, reason: string}[]}} props */
export function Failures({ failures }) {
  const id = useId();
  if (!failures.length) return null;
  return h("section", { "aria-labelledby": id }, h("h3", { id }, t("run.failures")),
    failures.length >= MAX_LISTED && h("p", { className: "it-muted" }, t("run.firstFailures", { count: failures.length })),
    h("table", { className: "it-table" },
      h("thead", null, h("tr", null, h("th", { scope: "col" }, t("run.image")), h("th", { scope: "col" }, t("run.reason")))),
      h("tbody", null, failures.map((image) => h("tr", { key: image.id },
        h("td", null, h(Router.Link, { to: `/images/${image.id}`, dir: "auto" }, nameOf(image))),
        h("td", { dir: "auto" }, oneLine(image.reason)))))));
}
