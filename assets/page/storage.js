/** What the browser keeps for this website. */

/**
 * What `act` makes of a storage; null where the browser keeps nothing for this website.
 * @template T
 * @param {"localStorage" | "sessionStorage"} name
 * @param {(storage: Storage) => T} act
 */
export function stored(name, act) {
  try {
    return act(window[name]);
  } catch {
    return null;
  }
}
