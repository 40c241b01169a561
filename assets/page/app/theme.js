/** The style sheet of the page, and what it cannot ask of a theme by itself. */

import { asset } from "../asset-url.js";
import { useEffect, useLayoutEffect, useState } from "../react.js";

/**
 * Whether the style sheet is loaded, or cannot be. It stays in the document.
 * @param {string} path beside the page's folder
 */
export function useStylesheet(path) {
  const href = asset(path);
  const [isLoaded, set] = useState(Boolean(document.querySelector(`link[href="${href}"]`)));
  useEffect(() => {
    if (isLoaded) return;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = () => set(true);
    document.head.append(link);
  }, [href, isLoaded]);
  return isLoaded;
}

/**
 * Tells the style sheet the theme's background: what stays in place while the page scrolls below needs one of its own.
 * @param {import("react").RefObject<HTMLElement>} element
 */
export function usePageColor(element) {
  useLayoutEffect(() => {
    element.current?.style.setProperty("--it-page", getComputedStyle(document.body).backgroundColor);
  });
}
