/** The size of thumbnails, which the browser keeps. */

import { useState } from "../react.js";
import { stored } from "../storage.js";

/** @typedef {"small" | "medium" | "large"} Size */

/** @type {Size[]} */
export const SIZES = ["small", "medium", "large"];
const KEY = "image-tools-thumbnails";

export function useThumbnailSize() {
  const [size, set] = useState(() => SIZES.find((one) => one === stored("localStorage", (storage) => storage.getItem(KEY))) ?? "medium");
  const keep = (/** @type {Size} */ next) => {
    stored("localStorage", (storage) => storage.setItem(KEY, next));
    set(next);
  };
  return /** @type {const} */ ([size, keep]);
}
