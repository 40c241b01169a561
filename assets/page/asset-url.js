/** Where these modules lie: the plugin's id, and the version that stands in their path. */

const [, id, number] = /\/plugin\/([^/]+)\/assets\/([^/]+)\/page\//.exec(new URL(import.meta.url).pathname) ?? [];

export const plugin = decodeURIComponent(id ?? "");
export const version = decodeURIComponent(number ?? "");

/**
 * The URL of a file beside this module's folder, such as a style sheet.
 * @param {string} path
 */
export function asset(path) {
  return new URL(`../${path}`, import.meta.url).href;
}
