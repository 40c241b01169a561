/** Places of the page: the part of the address after `#`, such as `#/review/12?field=title`. */

import { Router, h, useLayoutEffect, useMemo, useRef, useState } from "../react.js";
import { hashOf, parse } from "../router.js";
import { takeTicket } from "../ticket.js";
import { t } from "../translate.js";

/**
 * @typedef {object} Place
 * @property {string} name the view, such as "review"
 * @property {string} id what it is about, or an empty text
 * @property {Record<string, string>} params
 * @property {boolean} ticket whether a click of the reader led here and wants its work begun (ticket.js)
 * @property {string} hash
 * @property {string} key differs each time that a place is opened
 */

/**
 * What a location of the router names. `Preview` was this view's name in 0.2.0, and its links lead to Review.
 * @param {{hash: string, key?: string}} location
 * @returns {Place}
 */
function placeOf({ hash, key = "" }) {
  const { name, id, params } = parse(hash);
  return { name: name === "preview" ? "review" : name, id, params, hash, key: `${key} ${hash}`, ticket: takeTicket() };
}

/**
 * The place that is open. Where unsaved work would be lost, the reader may stay: the address then is the old one again.
 * @param {import("./LeaveGuard.js").Guard} guard
 */
export function useOpenPlace(guard) {
  const location = Router.useLocation();
  const history = Router.useHistory();
  const [place, open] = useState(() => placeOf(location));
  const last = useRef(location);
  const isBack = useRef(false);
  useLayoutEffect(() => {
    if (location === last.current) return;
    if (!isBack.current && guard.isUnsaved() && !window.confirm(t("rules.leave"))) {
      takeTicket(); // no later place may find it
      isBack.current = true;
      history.replace(last.current);
      return;
    }
    if (!isBack.current) open(placeOf(location));
    isBack.current = false;
    last.current = location;
  }, [location, history, guard]);
  return place;
}

/**
 * Ways to another place: `go` adds a step to the browser's history, `replace` does not. Both keep what stands before
 * the hash.
 */
export function useNavigate() {
  const history = Router.useHistory();
  return useMemo(() => {
    /** @param {Parameters<typeof hashOf>} to */
    const target = (...to) => ({ ...history.location, key: undefined, state: undefined, hash: hashOf(...to) });
    return {
      /** @param {Parameters<typeof hashOf>} to */
      go: (...to) => history.push(target(...to)),
      /** @param {Parameters<typeof hashOf>} to */
      replace: (...to) => history.replace(target(...to)),
    };
  }, [history]);
}

/**
 * A link to a place: `h(PlaceLink, {to: ["runs", 12]}, "Run 12")`.
 * @param {{to: Parameters<typeof hashOf>, className?: string, children?: import("react").ReactNode} & Record<string, any>} props
 */
export function PlaceLink({ to, children, ...props }) {
  /** @param {{pathname: string, search: string}} location */
  const target = ({ pathname, search }) => ({ pathname, search, hash: hashOf(...to) });
  return h(Router.Link, { to: target, ...props }, children);
}
