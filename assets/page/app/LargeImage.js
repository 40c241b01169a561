/** An image, large: in Stash's own lightbox, or in a dialog where there is none. */

import { Bootstrap, Icon, h, stashHooks, useCallback, useEffect, useMemo, useState } from "../react.js";
import { t } from "../translate.js";
import { useFrame } from "./frame.js";

/** @typedef {{id: string, ids: string[]}} Shown */

export function useLargeImage() {
  const [shown, show] = useState(/** @type {Shown | null} */ (null));
  const enlarge = useCallback((/** @type {string} */ id, /** @type {string[]} */ ids = [id]) => show({ id, ids }), []);
  return useMemo(() => ({ shown, show, enlarge }), [shown, enlarge]);
}

/** @param {{large: ReturnType<typeof useLargeImage>}} props */
export function LargeImage({ large: { shown, show } }) {
  if (!shown) return null;
  return h(stashHooks.useLightbox ? Lightbox : Dialog, { shown, show });
}

/** @param {{shown: Shown, show: (shown: Shown | null) => void}} props */
function Lightbox({ shown, show }) {
  const { api } = useFrame();
  const images = useMemo(() => shown.ids.map((id) => ({ id, paths: { image: api.imageUrl(id), thumbnail: api.thumbnail(id) } })),
    [api, shown]);
  const onClose = useCallback(() => show(null), [show]);
  const useLightbox = /** @type {NonNullable<typeof stashHooks.useLightbox>} */ (stashHooks.useLightbox);
  const open = useLightbox({ images, showNavigation: false, onClose });
  const initialIndex = shown.ids.indexOf(shown.id);
  useEffect(() => open({ initialIndex, images, onClose }), [shown]); // eslint-disable-line react-hooks/exhaustive-deps -- `open` is another after it was called
  return null;
}

/** @param {{shown: Shown, show: (shown: Shown | null) => void}} props */
function Dialog({ shown: { id, ids }, show }) {
  const { api } = useFrame();
  const { Button, Modal } = Bootstrap;
  const index = ids.indexOf(id);
  const step = (/** @type {number} */ by) => show({ id: ids[(index + by + ids.length) % ids.length], ids });
  const keys = (/** @type {import("react").KeyboardEvent} */ event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  };
  const beside = ids.length > 1;
  return h(Modal, { show: true, size: "xl", animation: false, className: "image-tools it-large", onHide: () => show(null),
    "aria-label": t("large.title"), onKeyDown: beside ? keys : undefined },
    h(Modal.Body, null, h("img", { src: api.imageUrl(id), alt: t("change.id", { id }) })),
    h(Modal.Footer, null,
      beside && h(Button, { variant: "secondary", onClick: () => step(-1), "aria-label": t("large.before") }, h(Icon, { name: "faChevronLeft" })),
      beside && h(Button, { variant: "secondary", onClick: () => step(1), "aria-label": t("large.after") }, h(Icon, { name: "faChevronRight" })),
      h("a", { className: "btn btn-link", href: api.page(id) }, t("large.open")),
      h(Button, { variant: "secondary", autoFocus: true, onClick: () => show(null) }, t("close"))));
}
