/** A note above all views: what went wrong with something whose own view is gone. */

import { Bootstrap, h } from "../react.js";
import { t } from "../translate.js";

/** @param {{message: import("react").ReactNode, close: () => void}} props */
export function Notice({ message, close }) {
  if (!message) return null;
  return h("div", { className: "it-note it-note-danger", role: "alert" }, h("div", { dir: "auto" }, message),
    h(Bootstrap.Button, { variant: "secondary", size: "sm", onClick: close }, t("close")));
}
