/** Places within the page, kept in the URL's hash: `#/review/12?field=title`. */

/** The place that a hash names: its parts, and its parameters as an object. What is no address has no parts. */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", id = ""] = parts(path);
  return { name, id, params: Object.fromEntries(new URLSearchParams(query)) };
}

function parts(path) {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return []; // cut off within a character, such as %E0
  }
}

/** The URL of a place. It is a whole path, since a <base> in the page would bend a lone hash. */
export function link(name, id = "", params = {}) {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value)).toString();
  const path = [name, id].filter(Boolean).map((part) => encodeURIComponent(part)).join("/");
  return `${location.pathname}${location.search}#/${path}${query && `?${query}`}`;
}

export function go(...place) {
  location.assign(link(...place));
}

/** Changes the place without a step in the browser's history. */
export function replace(...place) {
  history.replaceState(history.state, "", link(...place));
}
