/** Ways to the other pages of a long list. */

import { Bootstrap, Icon, h } from "../react.js";
import { t } from "../translate.js";

/**
 * @param {{page: number, count: number, size: number, onPage: (page: number) => void, label?: string}} props `page`
 *   begins at 1; `count` is that of all items, `size` that of a page
 */
export function Paging({ page, count, size, onPage, label = t("paging.label") }) {
  const last = Math.max(1, Math.ceil(count / size));
  if (last === 1) return null;
  const { Button } = Bootstrap;
  const to = (/** @type {number} */ target) => ({ variant: "secondary", size: /** @type {"sm"} */ ("sm"), onClick: () => onPage(target) });
  return h("nav", { className: "it-paging", "aria-label": label },
    h(Button, { ...to(page - 1), disabled: page <= 1 }, h(Icon, { name: "faChevronLeft" }), t("paging.before")),
    h("span", null, t("paging.page", { page, last })),
    h(Button, { ...to(page + 1), disabled: page >= last }, t("paging.after"), h(Icon, { name: "faChevronRight" })));
}
