/** What the style sheet cannot ask of a theme by itself. */

import { useLayoutEffect } from "../react.js";

/**
 * Tells the style sheet the theme's background: what stays in place while the page scrolls below needs one of its own.
 * @param {import("react").RefObject<HTMLElement>} element
 */
export function usePageColor(element) {
  useLayoutEffect(() => {
    element.current?.style.setProperty("--it-page", getComputedStyle(document.body).backgroundColor);
  });
}
