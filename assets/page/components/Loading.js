/** Work whose result is waited for. */

import { h } from "../react.js";
import { t } from "../translate.js";

/** @param {{text?: string}} props */
export function Loading({ text = t("loading") }) {
  return h("p", { className: "it-loading" }, h("span", { className: "it-spinner", "aria-hidden": "true" }), text);
}
