// @ts-nocheck -- a view of before React: types come when it is rewritten
/** One field's change as elements: what was, what will be, and nothing else to look at. */

import { h, icon, unseen } from "./dom.js";
import { number, t } from "./translate.js";
import { lines, oneLine } from "./visible.js";

const LISTS = new Set(["tags", "performers", "galleries", "urls"]);
const LINES = new Set(["details"]);
const KEPT = 3;

/** The before and after of one change as the server tells it. */
export function difference(change) {
  return LISTS.has(change.field) ? listed(change) : single(change);
}

function single({ field, before, after }) {
  const was = shown(field, before);
  const will = shown(field, after);
  const [start, end] = was && will ? common(was, will) : [0, 0];
  return h("div", { class: "it-single" },
    h("span", { class: "it-side" }, unseen(t("change.before")), side("del", was, start, end)),
    icon("arrow"),
    h("span", { class: "it-side" }, unseen(t("change.after")), side("ins", will, start, end, isNew(after))));
}

function side(tag, text, start, end, made = false) {
  if (!text) return h("span", { class: "it-empty" }, t("empty"));
  const middle = text.slice(start, text.length - end);
  const marked = middle && middle.length < text.length ? h("mark", {}, middle) : middle;
  const parts = [text.slice(0, start), marked, end ? text.slice(text.length - end) : ""];
  return h(tag, { dir: "auto", class: "it-value" }, parts, made && newBadge());
}

/** How many characters two texts share at their beginning and at their end. */
function common(one, other) {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return start + end < most / 3 ? [0, 0] : [start, end];
}

function listed({ before, add, remove }) {
  const removed = new Set(remove.map(nameOf));
  const kept = (before ?? []).filter((item) => !removed.has(nameOf(item)));
  const more = kept.length - KEPT;
  return h("div", { class: "it-list" },
    remove.length > 0 && group("del", "change.removed", remove),
    add.length > 0 && group("ins", "change.added", add),
    kept.length > 0 && [unseen(t("change.kept")), kept.slice(0, KEPT).map((item) => chip("span", item))],
    more > 0 && h("span", { class: "it-muted" }, t("change.same", { count: more })));
}

function group(tag, label, items) {
  return [unseen(t(label)), items.map((item) => chip(tag, item))];
}

function chip(tag, item) {
  return h(tag, { class: "it-chip", dir: "auto" }, oneLine(nameOf(item)), isNew(item) && newBadge());
}

function newBadge() {
  return h("span", { class: "it-badge it-badge-new", title: t("change.newName") }, t("change.new"));
}

function isNew(item) {
  return item !== null && typeof item === "object" && item.id === null;
}

function nameOf(item) {
  return item !== null && typeof item === "object" ? item.name : item;
}

/** A value as a text; empty for none. */
function shown(field, value) {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "number") return number(value);
  return LINES.has(field) ? lines(nameOf(value)) : oneLine(nameOf(value));
}
