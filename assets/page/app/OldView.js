/** The views that are not on React yet, inside the frame: each is made by `create(app, place, signal)`. */

import { Router, h, useCallback, useEffect, useRef } from "../react.js";
import { useFrame } from "./frame.js";

/** Where old views show notes above themselves. */
const OLD_NOTICE = "it-old-notice";

export function OldNotice() {
  return h("div", { id: OLD_NOTICE });
}

/**
 * @typedef {{element: HTMLElement, unsaved?: () => boolean}} Old
 * @typedef {(app: any, place: import("./place.js").Place, signal: AbortSignal) => Old} Create
 */

/**
 * A component that shows an old view.
 * @param {Create} create
 */
export function oldView(create) {
  /** @param {{place: import("./place.js").Place}} props */
  return function View({ place }) {
    return h(OldView, { create, place, key: place.key });
  };
}

/** @param {{create: Create, place: import("./place.js").Place}} props */
export function OldView({ create, place }) {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { api, jobs, announce, guard } = useFrame();
  useEffect(() => {
    const leaving = new AbortController();
    const app = { api, jobs, announce, get notice() { return document.getElementById(OLD_NOTICE); } };
    const view = create(app, place, leaving.signal);
    element.current?.replaceChildren(view.element);
    if (view.unsaved) guard(() => Boolean(view.unsaved?.()));
    return () => {
      leaving.abort();
      guard(null);
    };
  }, [create, place, api, jobs, announce, guard]);
  return h("div", { ref: element });
}

/** A handler of clicks: links that old views made to places of the page go through Stash's router, as all others do. */
export function useOldLinks() {
  const history = Router.useHistory();
  return useCallback((/** @type {import("react").MouseEvent} */ event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.pathname !== location.pathname || !link.hash) return;
    event.preventDefault();
    history.push({ ...history.location, key: undefined, state: undefined, hash: link.hash });
  }, [history]);
}
