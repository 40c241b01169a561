/** Texts, numbers and times in the reader's language. A table beside texts.js is all that another language needs. */

import { TEXTS } from "./texts.js";

const LANGUAGE = "en";
const PLURALS = new Intl.PluralRules(LANGUAGE);
const NUMBERS = new Intl.NumberFormat(LANGUAGE);
const TIMES = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const AGES = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];

/** The text of a key with its values put in; one with forms is chosen by the value `count`. */
export function t(key, values = {}) {
  const found = TEXTS[key];
  if (found === undefined) return key;
  const text = typeof found === "string" ? found : (found[PLURALS.select(values.count)] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

function shown(value) {
  return typeof value === "number" ? number(value) : String(value ?? "");
}

export function number(value) {
  return NUMBERS.format(value);
}

export function time(value) {
  return TIMES.format(new Date(value));
}

/** How long ago that was: "3 minutes ago". */
export function age(value, now = Date.now()) {
  let amount = (new Date(value) - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return AGES.format(Math.round(amount), unit);
    amount /= size;
  }
  return time(value);
}

/** A length of time in seconds, as people say it: "40 s", "3 min". */
export function seconds(value) {
  if (value < 90) return t("seconds", { count: Math.max(1, Math.round(value)) });
  if (value < 5400) return t("minutes", { count: Math.round(value / 60) });
  return t("hours", { count: Math.round(value / 360) / 10 });
}
