/** Texts, numbers and times in the reader's language. A table beside texts.js is all that another language needs. */

import { TEXTS } from "./texts.js";

const LANGUAGE = "en";
const PLURALS = new Intl.PluralRules(LANGUAGE);
const NUMBERS = new Intl.NumberFormat(LANGUAGE);
const TIMES = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const AGES = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];

/** @typedef {string | {one?: string, other: string}} Text */

/**
 * The text of a key with its values put in; one with forms is chosen by the value `count`.
 * @param {string} key
 * @param {Record<string, string | number | null | undefined>} [values]
 */
export function t(key, values = {}) {
  const found = /** @type {Record<string, Text>} */ (TEXTS)[key];
  if (found === undefined) return key;
  const form = PLURALS.select(Number(values.count)) === "one" ? "one" : "other";
  const text = typeof found === "string" ? found : (found[form] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/** @param {string | number | null | undefined} value */
function shown(value) {
  return typeof value === "number" ? number(value) : String(value ?? "");
}

/** @param {number} value */
export function number(value) {
  return NUMBERS.format(value);
}

/** @param {string} value */
export function time(value) {
  return TIMES.format(new Date(value));
}

/**
 * How long ago that was: "3 minutes ago".
 * @param {string} value
 * @param {number} [now]
 */
export function age(value, now = Date.now()) {
  let amount = (new Date(value).valueOf() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return AGES.format(Math.round(amount), unit);
    amount /= size;
  }
  return time(value);
}

/**
 * A length of time in seconds, as people say it: "40 s", "3 min".
 * @param {number} value
 */
export function seconds(value) {
  if (value < 90) return t("seconds", { count: Math.max(1, Math.round(value)) });
  if (value < 5400) return t("minutes", { count: Math.round(value / 60) });
  return t("hours", { count: Math.round(value / 360) / 10 });
}
