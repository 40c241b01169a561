/** What the list of images is narrowed to, with ways to widen it and to exclude all of it. */

import { Bootstrap, Icon, h } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { usePlan } from "./plan.js";

/** @param {{answer: any}} props */
export function Shown({ answer }) {
  const { filter, show, edit, isOpen } = usePlan();
  const { Button } = Bootstrap;
  const names = /** @type {(keyof typeof filter)[]} */ (Object.keys(filter));
  const count = answer.total;
  const label = t("review.imageByImage", { count });
  if (!names.length) return count > 0 ? h("h3", null, label) : null;
  const words = t("review.shown", { count });
  const exclude = (/** @type {boolean} */ back) => edit("plan_leave_out", { ...filter, back }, t(back ? "review.included" : "review.excluded", { name: words }));
  return h("div", { className: "it-shown" }, h("h3", null, label),
    h("div", { className: "it-buttons" }, names.map((name) => h(Button, { key: name, variant: "secondary", size: "sm", className: "it-part",
      "aria-label": t("review.widen", { part: textOf(name, filter[name]) }), onClick: () => show({ [name === "q" ? "file" : name]: undefined }) },
    h("bdi", null, textOf(name, filter[name])), h(Icon, { name: "faXmark" }))),
    h("span", { role: "status" }, words),
    isOpen && count > 0 && h("span", { className: "it-buttons it-both" },
      h(Button, { variant: "secondary", size: "sm", onClick: () => exclude(false) }, t("review.excludeShown")),
      h(Button, { variant: "secondary", size: "sm", onClick: () => exclude(true) }, t("review.includeShown")))));
}

/**
 * A part of a filter in words.
 * @param {string} name
 * @param {string | undefined} text
 */
function textOf(name, text = "") {
  return t(`review.part.${name}`, { text: name === "field" ? t(`field.${text}`) : oneLine(text) });
}
