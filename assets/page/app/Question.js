/** The dialog that `useConfirm()` opens. */

import { Bootstrap, h, useCallback, useEffect, useRef, useState } from "../react.js";
import { t } from "../translate.js";

/** @typedef {import("./frame.js").Question & {answer: (yes: boolean) => void}} Asked */

/**
 * What is asked now and how to ask. A question goes, unanswered, with the view that it is about.
 * @param {string} key of the view
 */
export function useQuestion(key) {
  const [asked, show] = useState(/** @type {Asked | null} */ (null));
  const current = useRef(/** @type {Asked | null} */ (null));
  const put = useCallback((/** @type {Asked | null} */ next) => {
    current.current?.answer(false);
    current.current = next;
    show(next);
  }, []);
  const ask = useCallback((/** @type {import("./frame.js").Question} */ question) =>
    new Promise((/** @type {(yes: boolean) => void} */ resolve) => {
      const answer = (/** @type {boolean} */ yes) => {
        current.current = null;
        show(null);
        resolve(yes);
      };
      put({ ...question, answer });
    }), [put]);
  useEffect(() => () => put(null), [key, put]);
  return { asked, ask };
}

/** @param {{question: ReturnType<typeof useQuestion>}} props */
export function Question({ question: { asked } }) {
  if (!asked) return null;
  const { title, body, yes, variant = "primary", answer } = asked;
  const { Button, Modal } = Bootstrap;
  return h(Modal, { show: true, onHide: () => answer(false), animation: false, className: "image-tools", "aria-labelledby": "it-question" },
    h(Modal.Header, null, h(Modal.Title, { id: "it-question", as: "h3" }, title)),
    body ? h(Modal.Body, null, body) : null,
    h(Modal.Footer, null, h(Button, { variant: "secondary", onClick: () => answer(false) }, t("cancel")),
      h(Button, { variant, autoFocus: true, onClick: () => answer(true) }, yes)));
}
