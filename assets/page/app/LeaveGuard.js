/** Unsaved work is not lost without a question. */

import { Router, h, useEffect, useMemo, useRef } from "../react.js";
import { t } from "../translate.js";

/**
 * @typedef {object} Guard
 * @property {(isUnsaved: (() => boolean) | null) => void} set
 * @property {() => boolean} isUnsaved
 */

/** @returns {Guard} */
export function useGuard() {
  const current = useRef(/** @type {(() => boolean) | null} */ (null));
  return useMemo(() => ({
    set: (isUnsaved) => { current.current = isUnsaved; },
    isUnsaved: () => Boolean(current.current?.()),
  }), []);
}

/**
 * Asks before another page of Stash, or another website, takes the place of this one. Places of the page itself ask in
 * place.js.
 * @param {{guard: Guard}} props
 */
export function LeaveGuard({ guard }) {
  const { pathname } = Router.useLocation();
  useEffect(() => {
    const keep = (/** @type {BeforeUnloadEvent} */ event) => { if (guard.isUnsaved()) event.preventDefault(); };
    window.addEventListener("beforeunload", keep);
    return () => window.removeEventListener("beforeunload", keep);
  }, [guard]);
  const ask = (/** @type {{pathname: string}} */ to) =>
    (withoutSlash(to.pathname) === withoutSlash(pathname) || !guard.isUnsaved() ? true : t("rules.leave"));
  return h(Router.Prompt, { message: ask });
}

/**
 * Stash finds the page with and without the slash at its end.
 * @param {string} path
 */
function withoutSlash(path) {
  return path.replace(/\/$/, "");
}
