/** What the frame gives to every view, wherever it stands in the tree. */

import { createContext, useContext } from "../react.js";

/**
 * @typedef {object} Question What a dialog asks.
 * @property {string} title
 * @property {import("react").ReactNode} [body]
 * @property {string} yes the main button's text
 * @property {string} [variant] the main button's Bootstrap variant
 */

/**
 * @typedef {object} Frame
 * @property {import("../api.js").Api} api the server
 * @property {import("../jobs.js").Jobs} jobs our tasks
 * @property {import("./place.js").Place} place what the address names
 * @property {(text: string) => void} announce tells screen readers what happened
 * @property {(message: import("react").ReactNode) => void} notify shows a note above all views, until another view is opened
 * @property {(mode: string, error: Error) => void} notifyError tells there what went wrong with a task whose view is gone
 * @property {(question: Question) => Promise<boolean>} confirm asks in a dialog, which goes with the view
 * @property {(id: string, ids?: string[]) => void} enlarge shows an image large; `ids` are those to page through
 * @property {(isUnsaved: (() => boolean) | null) => void} guard asks, before the place changes, whether anything is lost
 */

export const FrameContext = createContext(/** @type {Frame | null} */ (null));

/** @returns {Frame} */
export function useFrame() {
  const frame = useContext(FrameContext);
  if (!frame) throw new Error("useFrame needs App around it");
  return frame;
}
