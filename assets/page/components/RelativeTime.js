/** When something was, as its age, with the exact time to be hovered and read. */

import { h } from "../react.js";
import { age, time } from "../translate.js";

/** @param {{value: string}} props */
export function RelativeTime({ value }) {
  return h("time", { dateTime: value, title: time(value) }, age(value));
}
