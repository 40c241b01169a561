/** What the parts of a plan's view share. */

import { createContext, useContext } from "../react.js";

/**
 * @typedef {object} PlanFilter the arguments that select changes of a plan
 * @property {string} [rule]
 * @property {string} [field]
 * @property {string} [value]
 * @property {string} [folder]
 * @property {string} [q] a part of a file's name
 */

/**
 * @typedef {object} PlanContextValue
 * @property {number} plan
 * @property {PlanFilter} filter what is shown
 * @property {boolean} isOpen whether the plan can still be edited and applied
 * @property {"small" | "medium" | "large"} size of thumbnails
 * @property {number} version another one after each edit
 * @property {(mode: string, args: Record<string, unknown>, done: string) => Promise<boolean>} edit asks an operation that
 *   changes the plan; `done` is announced afterwards. Resolves with whether it succeeded
 * @property {(change: Record<string, string | undefined>) => void} show changes what is shown, in the address
 */

export const PlanContext = createContext(/** @type {PlanContextValue | null} */ (null));

/** @returns {PlanContextValue} */
export function usePlan() {
  const value = useContext(PlanContext);
  if (!value) throw new Error("usePlan needs PlanView around it");
  return value;
}

/**
 * The filter of a plan's address. It has `q` as `file`, for the address's `q` selects images.
 * @param {Record<string, string>} params
 * @returns {PlanFilter}
 */
export function filterOf({ rule, field, value, folder, file: q }) {
  return Object.fromEntries(Object.entries({ rule, field, value, folder, q }).filter(([, text]) => text));
}
