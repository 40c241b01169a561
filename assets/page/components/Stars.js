/** A rating of 1 to 100 as stars. With `onChange` it can be edited: one star is 20. */

import { Icon, VisuallyHidden, h } from "../react.js";
import { t } from "../translate.js";

const STARS = [1, 2, 3, 4, 5];
const EACH = 20;

/** @param {{value: number | null, onChange?: (value: number) => void, label?: string}} props */
export function Stars({ value, onChange, label = t("field.rating100") }) {
  const stars = (value ?? 0) / EACH;
  const said = value ? t("stars.value", { count: Math.round(stars * 10) / 10 }) : t("stars.none");
  if (onChange) return h(Choice, { value: value ?? 0, onChange, label });
  return h("span", { className: "it-stars", title: said }, h(VisuallyHidden, null, said),
    STARS.map((star) => h(Star, { key: star, fill: Math.min(1, Math.max(0, stars - star + 1)) })));
}

/** @param {{fill: number}} props the part of it that is lit, from 0 to 1 */
function Star({ fill }) {
  return h("span", { className: "it-star", "aria-hidden": "true" }, h(Icon, { name: "faStar" }),
    h("span", { className: "it-star-lit", style: { width: `${fill * 100}%` } }, h(Icon, { name: "faStar" })));
}

/** @param {{value: number, onChange: (value: number) => void, label: string}} props */
function Choice({ value, onChange, label }) {
  const stars = value / EACH;
  return h("span", { className: "it-stars it-stars-choice", role: "radiogroup", "aria-label": label }, STARS.map((star) =>
    h("button", { key: star, type: "button", role: "radio", "aria-checked": Math.ceil(stars) === star,
      tabIndex: star === Math.max(1, Math.ceil(stars)) ? 0 : -1, "aria-label": t("stars.value", { count: star }),
      onClick: () => onChange(star * EACH), onKeyDown: move },
    h(Star, { fill: Math.min(1, Math.max(0, stars - star + 1)) }))));
}

/**
 * The arrow keys choose the star beside, as in any group of radio buttons.
 * @param {import("react").KeyboardEvent<HTMLButtonElement>} event
 */
function move(event) {
  const step = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 })[event.key];
  const stars = [.../** @type {HTMLElement} */ (event.currentTarget.parentElement).children];
  const next = step && stars[stars.indexOf(event.currentTarget) + step];
  if (!next) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (next).focus();
  /** @type {HTMLElement} */ (next).click();
}
