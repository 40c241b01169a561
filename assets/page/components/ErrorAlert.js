/** What went wrong, spoken at once; `detail` is what the server said. */

import { Icon, h } from "../react.js";
import { t } from "../translate.js";

/** @param {{error: (Error & {detail?: string}) | null | undefined, children?: import("react").ReactNode}} props */
export function ErrorAlert({ error, children }) {
  if (!error) return null;
  return h("div", { className: "it-note it-note-danger", role: "alert" }, h(Icon, { name: "faTriangleExclamation" }),
    h("div", null, h("p", { dir: "auto" }, error.message),
      error.detail ? h("details", null, h("summary", null, t("error.detail")), h("pre", { dir: "auto" }, error.detail)) : null),
    children);
}
