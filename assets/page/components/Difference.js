/** One field's change: the value before and after, or the items of a list that are added and removed. */

import { Fragment, Icon, VisuallyHidden, h } from "../react.js";
import { number, t } from "../translate.js";
import { lines, oneLine } from "../visible.js";
import { Stars } from "./Stars.js";

const LISTS = new Set(["tags", "performers", "galleries", "urls"]);
const LINES = new Set(["details"]);
const MAX_UNCHANGED = 3;

/**
 * @typedef {string | number | boolean | null | {id: string | null, name: string}} Value
 * @typedef {object} Change as the operation `plan` answers it
 * @property {string} field
 * @property {any} before
 * @property {any} after
 * @property {Value[]} add
 * @property {Value[]} remove
 */

/**
 * @param {{change: Change, control?: (value: string) => import("react").ReactNode}} props `control` returns what
 *   follows a new value, such as a button that edits it
 */
export function Difference({ change, control }) {
  const Kind = LISTS.has(change.field) ? Items : Single;
  return h(Kind, { change, control });
}

/** @param {Parameters<typeof Difference>[0]} props */
function Single({ change: { field, before, after }, control }) {
  const was = textOf(field, before);
  const will = textOf(field, after);
  const [start, end] = was && will ? countCommon(was, will) : [0, 0];
  const isRating = field === "rating100";
  return h("div", { className: "it-single" },
    h("span", { className: "it-side" }, h(VisuallyHidden, null, t("change.before")),
      isRating ? h(Stars, { value: before }) : h(Side, { tag: "del", text: was, start, end })),
    h(Icon, { name: "faArrowRight" }),
    h("span", { className: "it-side" }, h(VisuallyHidden, null, t("change.after")),
      isRating ? h(Stars, { value: after }) : h(Side, { tag: "ins", text: will, start, end, isNew: isNew(after) })),
    control?.(valueText(after)));
}

/** @param {{tag: "del" | "ins", text: string, start: number, end: number, isNew?: boolean}} props */
function Side({ tag, text, start, end, isNew: created = false }) {
  if (!text) return h("span", { className: "it-empty" }, t("empty"));
  const middle = text.slice(start, text.length - end);
  const isPart = middle !== "" && middle.length < text.length;
  return h(tag, { dir: "auto", className: "it-value" }, text.slice(0, start), isPart ? h("mark", null, middle) : middle,
    end ? text.slice(text.length - end) : "", created && h(NewBadge));
}

/**
 * The number of characters that two texts share at their beginning and at their end.
 * @param {string} one
 * @param {string} other
 */
function countCommon(one, other) {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return start + end < most / 3 ? [0, 0] : [start, end];
}

/** @param {Parameters<typeof Difference>[0]} props */
function Items({ change: { before, add, remove }, control }) {
  const removed = new Set(remove.map(nameOf));
  const unchanged = (before ?? []).filter((/** @type {Value} */ item) => !removed.has(nameOf(item)));
  const more = unchanged.length - MAX_UNCHANGED;
  return h("div", { className: "it-list" },
    remove.length > 0 && h(VisuallyHidden, null, t("change.removed")),
    remove.map((item) => h(Chip, { key: `- ${nameOf(item)}`, tag: "del", item })),
    add.length > 0 && h(VisuallyHidden, null, t("change.added")),
    add.map((item) => h(Fragment, { key: `+ ${nameOf(item)}` }, h(Chip, { tag: "ins", item }), control?.(valueText(item)))),
    unchanged.length > 0 && h(VisuallyHidden, null, t("change.kept")),
    unchanged.slice(0, MAX_UNCHANGED).map((/** @type {Value} */ item) => h(Chip, { key: nameOf(item), tag: "span", item })),
    more > 0 && h("span", { className: "it-muted" }, t("change.same", { count: more })));
}

/** @param {{tag: "del" | "ins" | "span", item: Value}} props */
function Chip({ tag, item }) {
  return h(tag, { className: "it-chip", dir: "auto" }, oneLine(nameOf(item)), isNew(item) && h(NewBadge));
}

function NewBadge() {
  return h("span", { className: "it-badge it-badge-new", title: t("change.newName") }, t("change.new"));
}

/** @param {Value} item */
function isNew(item) {
  return item !== null && typeof item === "object" && item.id === null;
}

/** @param {Value} item */
function nameOf(item) {
  return String(item !== null && typeof item === "object" ? item.name : item);
}

/**
 * A value as operations take it: `value` of a group, or `to` of an edit.
 * @param {Value} value
 */
function valueText(value) {
  return value === null || value === undefined ? "" : nameOf(value);
}

/**
 * A value as a text for readers; empty for none.
 * @param {string} field
 * @param {Value} value
 */
export function textOf(field, value) {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "number") return number(value);
  return LINES.has(field) ? lines(nameOf(value)) : oneLine(nameOf(value));
}
