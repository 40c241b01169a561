/** Places within the page, kept in the URL's hash: `#/review/12?field=title`. */

/**
 * The place that a hash names: its parts, and its parameters as an object. What is no address has no parts.
 * @param {string} hash
 */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", id = ""] = parts(path);
  return { name, id, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** @param {string} path */
function parts(path) {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return []; // cut off within a character, such as %E0
  }
}

/**
 * The hash of a place. Parameters without a value are left out.
 * @param {string} name
 * @param {string | number} [id]
 * @param {Record<string, string | number | undefined | null | false>} [params]
 */
export function hashOf(name, id = "", params = {}) {
  const given = Object.entries(params).filter(([, value]) => value).map(([key, value]) => [key, String(value)]);
  const query = new URLSearchParams(given).toString();
  const path = [name, String(id)].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${path}${query && `?${query}`}`;
}

/**
 * The URL of a place. It is a whole path, since a <base> in the page would bend a lone hash.
 * @param {Parameters<typeof hashOf>} place
 */
export function link(...place) {
  return `${location.pathname}${location.search}${hashOf(...place)}`;
}

/** @param {Parameters<typeof hashOf>} place */
export function go(...place) {
  location.assign(link(...place));
}

/**
 * Changes the place without a step in the browser's history.
 * @param {Parameters<typeof hashOf>} place
 */
export function replace(...place) {
  history.replaceState(history.state, "", link(...place));
}
