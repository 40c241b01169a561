/** The status of a run. */

import { h } from "../react.js";
import { t } from "../translate.js";

const TONES = /** @type {Record<string, string>} */ ({ done: "success", failed: "danger", stopped: "warning", running: "info" });

/** @param {{status: string}} props */
export function StatusBadge({ status }) {
  return h("span", { className: `it-badge it-tone-${TONES[status] ?? "muted"}` }, t(`status.${status}`));
}
