// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Which images a preview is about: what a place's parameters say, for operations and for readers. */

import { Failure } from "./api.js";
import { completed } from "./jobs.js";
import { t } from "./translate.js";

export const SAMPLE = 200;

/**
 * {args, text, few, known} of a place's parameters: the arguments for operations, the choice in words, whether it is
 * no more than a sample, and whether the parameters say at all what was chosen. A filter that cannot be read is a
 * Failure.
 */
export function choiceOf(params) {
  if (params.ids) {
    const ids = params.ids.split(",");
    return { args: { ids }, text: t("preview.selected", { count: ids.length }), few: ids.length <= SAMPLE, known: true };
  }
  const args = {};
  if (params.image_filter) args.image_filter = filterOf(params.image_filter);
  if (params.q) args.q = params.q;
  const narrowed = Object.keys(args).length > 0;
  const text = t(narrowed ? "preview.filtered" : "preview.all");
  return { args, text, few: false, known: narrowed || params.of === "all" };
}

/** The filter in an address. One that was cut off is an error: without it, it would be all images. */
function filterOf(text) {
  try {
    const filter = JSON.parse(text);
    if (filter && typeof filter === "object") return filter;
  } catch {
    // no JSON
  }
  throw new Failure(t("preview.badFilter"));
}

/** Plans these images as a task; resolves with the plan's number. */
export async function planAll(app, args) {
  const run = await completed(app.api, await app.jobs.run("rules_preview", args));
  if (!run) throw new Error(t("error.unknown"));
  return run.id;
}
