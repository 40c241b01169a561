/** The images and rules of a review, as the address of a place names them. */

import { Failure } from "../api.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";

export const SAMPLE = 200;

/**
 * @typedef {object} Selection
 * @property {Record<string, any>} args the arguments of `rules_preview`
 * @property {string} text the selection in words; empty if the address doesn't name it
 * @property {boolean} isFew whether the images are no more than a sample
 */

/**
 * The selection of a place's parameters. A filter that can't be read is a Failure.
 * @param {Record<string, string>} params `ids`, `image_filter` and `q` as Stash has them, and `only_rules`, a rule's name
 * @returns {Selection}
 */
export function selectionOf(params) {
  /** @type {Record<string, any>} */
  const args = { all: true };
  if (params.only_rules) args.only_rules = [params.only_rules];
  if (params.ids) {
    args.ids = params.ids.split(",");
    return { args, text: t("review.selected", { count: args.ids.length }), isFew: args.ids.length <= SAMPLE };
  }
  if (params.image_filter) args.image_filter = filterOf(params.image_filter);
  if (params.q) args.q = params.q;
  const isNarrowed = Boolean(params.image_filter || params.q);
  const text = isNarrowed ? t("review.filtered") : params.of === "all" ? t("review.all") : "";
  return { args, text, isFew: false };
}

/**
 * The filter in an address. One that was cut off is an error: without it, the selection would be all images.
 * @param {string} text
 */
function filterOf(text) {
  try {
    const filter = JSON.parse(text);
    if (filter && typeof filter === "object") return filter;
  } catch {
    // not JSON
  }
  throw new Failure(t("review.badFilter"));
}

/**
 * The parameters of a plan's address: those that name the selection.
 * @param {Record<string, string>} params
 */
export function selectionParams({ ids, image_filter, q, of, only_rules }) {
  return { ids, image_filter, q, of: ids || image_filter || q ? of : "all", only_rules };
}

/**
 * The parameters of the address that starts a review, from those of its plan.
 * @param {Record<string, string>} params
 */
export function startParams({ ids, image_filter, q, only_rules }) {
  return { ids, image_filter, q, rule: only_rules };
}

/** @param {string | undefined} rule */
export function onlyRuleText(rule) {
  return rule ? t("review.onlyRule", { rule: oneLine(rule) }) : "";
}
