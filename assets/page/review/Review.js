/** Review: what the rules would change, and the button that applies exactly what is shown. */

import { Heading } from "../components/Heading.js";
import { h } from "../react.js";
import { t } from "../translate.js";
import { PlanView } from "./PlanView.js";
import { Start } from "./Start.js";

/** @param {{place: import("../app/place.js").Place}} props */
export function Review({ place }) {
  return h("div", { className: "it-review" }, h(Heading, { text: t("review.title") }), h(place.id ? PlanView : Start, { place }));
}
