/** A small picture of an image. A click shows it large. */

import { h, useState } from "../react.js";
import { useFrame } from "../app/frame.js";
import { t } from "../translate.js";

/**
 * @param {{id: string, size?: "small" | "medium" | "large", name?: string, among?: string[]}} props `name` is the
 *   image's, for screen readers; `among` are the ids to page through in the large view
 */
export function Thumbnail({ id, size = "medium", name = t("change.id", { id }), among }) {
  const { api, enlarge } = useFrame();
  const [isBroken, breaks] = useState(false);
  return h("button", { type: "button", className: `it-thumb it-thumb-${size}`, "aria-label": t("large.enlarge", { name }),
    title: name, onClick: () => enlarge(id, among) },
    // One that cannot be shown leaves an empty frame.
    h("img", { src: api.thumbnail(id), alt: "", loading: "lazy", decoding: "async", className: isBroken ? "it-broken" : undefined,
      onError: () => breaks(true) }));
}
