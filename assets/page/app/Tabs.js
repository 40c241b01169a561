/** The tabs of the page. */

import { h } from "../react.js";
import { t } from "../translate.js";
import { PlaceLink } from "./place.js";
import { TABS } from "./views.js";

/** @param {{current: string}} props */
export function Tabs({ current }) {
  return h("nav", { className: "it-nav", "aria-label": t("nav.label") },
    h("ul", { className: "nav nav-tabs" }, TABS.map((tab) => h("li", { className: "nav-item", key: tab },
      h(PlaceLink, { to: [tab], className: tab === current ? "nav-link active" : "nav-link",
        "aria-current": tab === current ? "page" : undefined }, t(`nav.${tab}`))))));
}
