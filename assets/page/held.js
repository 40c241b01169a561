/** The number of runs that wait for a decision, for the wand in Stash's navigation bar. */

import { Api } from "./api.js";
import { isFramedByAnother } from "./app/framed.js";

const EVENT = "image-tools-held";
/** @type {Promise<number> | null} Stash draws the bar twice, and both ask at once */
let asking = null;

/**
 * Counts the runs that are held: the history lists them first. Inside another website nothing is asked.
 * @param {string} base
 * @param {string} plugin
 * @returns {Promise<number>}
 */
export function countHeld(base, plugin) {
  if (isFramedByAnother()) return Promise.resolve(0);
  asking ??= new Api(base, plugin).operation("runs")
    .then((/** @type {any[]} */ runs) => runs.filter((run) => run.held).length)
    .finally(() => { asking = null; });
  return asking;
}

/**
 * Shows a count that the page has learned.
 * @param {number} count
 */
export function showHeld(count) {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: count }));
}

/**
 * Calls `show` with each such count. Returns a function that ends this.
 * @param {(count: number) => void} show
 */
export function onHeld(show) {
  const hear = (/** @type {Event} */ event) => show(/** @type {CustomEvent} */ (event).detail);
  window.addEventListener(EVENT, hear);
  return () => window.removeEventListener(EVENT, hear);
}
