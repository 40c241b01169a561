/** A checkbox that includes a part of a plan, or excludes it. */

import { h, useEffect, useRef, useState } from "../react.js";
import { t } from "../translate.js";
import { usePlan } from "./plan.js";

/**
 * @param {object} props
 * @param {string} props.name of the part
 * @param {"all" | "some" | "none"} props.included
 * @param {object} props.part what the server answered; until it answers again, the checkbox shows what was clicked
 * @param {Record<string, unknown>} props.args the arguments of `plan_leave_out` that select the part
 */
export function Tick({ name, included, part, args }) {
  const { edit } = usePlan();
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [clicked, click] = useState(/** @type {boolean | null} */ (null));
  useEffect(() => click(null), [part]);
  useEffect(() => {
    if (input.current) input.current.indeterminate = clicked === null && included === "some";
  });
  const change = () => {
    const isBack = included !== "all";
    click(isBack);
    edit("plan_leave_out", { ...args, back: isBack }, t(isBack ? "review.included" : "review.excluded", { name })).then((isDone) => {
      if (!isDone) click(null);
    });
  };
  return h("input", { ref: input, type: "checkbox", className: "it-tick", checked: clicked ?? included === "all", onChange: change,
    "aria-label": t("review.include", { name }), title: t("review.include", { name }) });
}
