/**
 * A ticket lets the place that it is for begin its work by itself, once: a preview, a look at what Undo would write.
 * Both are runs in the history, and an address alone starts none: any website can open one, in a window of its own,
 * again and again. What it cannot do is write into the storage of this origin. Where a browser keeps nothing for this
 * website there are no tickets, and places wait for a click.
 */

import { stored } from "./storage.js";

const KEY = "image-tools-ticket";

/**
 * Leaves a ticket for the place at this address, to which a click leads.
 * @param {string} url
 */
export function ticketFor(url) {
  stored("sessionStorage", (storage) => storage.setItem(KEY, new URL(url, location.href).hash));
}

/**
 * Goes there with a ticket.
 * @param {string} url
 */
export function begin(url) {
  ticketFor(url);
  location.assign(url);
}

/** Whether there is a ticket for the place that is open. Whatever ticket there is is gone afterwards. */
export function takeTicket() {
  const found = stored("sessionStorage", (storage) => storage.getItem(KEY));
  stored("sessionStorage", (storage) => storage.removeItem(KEY));
  return Boolean(found) && found === location.hash;
}
