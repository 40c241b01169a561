/** What the browser keeps for this website. */

/** What `act` makes of a storage, such as "sessionStorage"; null where the browser keeps nothing for this website. */
export function stored(name, act) {
  try {
    return act(window[name]);
  } catch {
    return null;
  }
}
