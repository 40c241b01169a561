/** The heading of a view. The frame gives it the focus when the view opens, so a view draws it at once. */

import { h } from "../react.js";

/** @param {{text: import("react").ReactNode, children?: import("react").ReactNode}} props `children` stand beside it */
export function Heading({ text, children }) {
  return h("div", { className: "it-heading" }, h("h2", { tabIndex: -1 }, text), children);
}
