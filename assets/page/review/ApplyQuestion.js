/** What is written when the answer is yes. */

import { Bootstrap, h, useState } from "../react.js";
import { t } from "../translate.js";
import { useId } from "../hooks/useId.js";

/**
 * @param {object} props
 * @param {any} props.run
 * @param {number} props.count the number of images that are written
 * @param {import("./plan.js").PlanFilter | null} props.only
 * @param {string[]} props.slow the names of other plugins that run on every changed image
 * @param {(isOn: boolean) => void} props.onBackup
 */
export function ApplyQuestion({ run, count, only, slow, onBackup }) {
  const created = run.names.filter((/** @type {any} */ name) => name.state === "planned").length;
  const isAll = !only && !run.states.left_out;
  return h("div", { className: "it-question" },
    run.sample && h("p", null, h("strong", null, t("review.confirmIsSample"))),
    h("p", null, t(only ? "review.confirmOnly" : "review.confirmText")),
    created > 0 && h("p", null, t(isAll ? "review.confirmNew" : "review.confirmSomeNew", { count: created })),
    slow.length > 0 && h("p", null, t("review.slow", { plugins: slow.join(", ") })),
    count > run.confirm_above && h(Backup, { onBackup }));
}

/** @param {{onBackup: (isOn: boolean) => void}} props */
function Backup({ onBackup }) {
  const id = useId();
  const [isOn, set] = useState(false);
  const change = () => {
    set(!isOn);
    onBackup(!isOn);
  };
  return h(Bootstrap.Form.Check, { id, checked: isOn, onChange: change, label: t("review.backup") });
}
