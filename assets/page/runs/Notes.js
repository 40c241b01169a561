/** What was noted while a run was planned. */

import { PlaceLink } from "../app/place.js";
import { h } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";

/** @param {{notes: {id: string | null, text: string}[], summary?: string, isOpen?: boolean}} props */
export function Notes({ notes, summary = t("run.notes", { count: notes.length }), isOpen }) {
  if (!notes.length) return null;
  return h("details", { className: "it-folded", open: isOpen }, h("summary", null, summary),
    h("ul", null, notes.map(({ id, text }, index) => h("li", { dir: "auto", key: index },
      id && h("span", null, h(PlaceLink, { to: ["explain", id] }, t("change.id", { id })), ": "), oneLine(text)))));
}
