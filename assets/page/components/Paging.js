/** Ways to the other pages of a long list. */

import { Bootstrap, Icon, h } from "../react.js";
import { t } from "../translate.js";

/**
 * @typedef {object} Props
 * @property {number} page begins at 1
 * @property {number} [count] the number of all items
 * @property {number} size the number of items on a page
 * @property {boolean} [hasNext] without `count`: whether a page may follow
 * @property {(page: number) => void} onPage
 * @property {string} [label]
 */

/** @param {Props} props */
export function Paging({ page, count, size, hasNext = false, onPage, label = t("paging.label") }) {
  const last = count === undefined ? null : Math.max(1, Math.ceil(count / size));
  const isLast = last === null ? !hasNext : page >= last;
  if (page <= 1 && isLast) return null;
  const { Button } = Bootstrap;
  const to = (/** @type {number} */ target) => ({ variant: "secondary", size: /** @type {"sm"} */ ("sm"), onClick: () => onPage(target) });
  return h("nav", { className: "it-paging", "aria-label": label },
    h(Button, { ...to(page - 1), disabled: page <= 1 }, h(Icon, { name: "faChevronLeft" }), t("paging.before")),
    h("span", null, last === null ? t("paging.number", { page }) : t("paging.page", { page, last })),
    h(Button, { ...to(page + 1), disabled: isLast }, t("paging.after"), h(Icon, { name: "faChevronRight" })));
}
