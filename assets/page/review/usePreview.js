/** Plans what the rules would change, and opens the plan. */

import { useFrame } from "../app/frame.js";
import { useNavigate } from "../app/place.js";
import { useTask } from "../hooks/useTask.js";
import { useEffect, useRef, useState } from "../react.js";
import { stored } from "../storage.js";
import { t } from "../translate.js";
import { SAMPLE, selectionParams } from "./selection.js";

const SECONDS = 120; // a sample whose files are on a network drive takes its time
const SEED = "image-tools-seed";

/**
 * `sample` plans a sample at once, the same one as long as the window is open, or with `isNew` another one. `all` plans
 * all images as a task.
 * @param {import("./selection.js").Selection} selection
 * @param {Record<string, string>} params of the place, which the plan's address keeps
 */
export function usePreview(selection, params) {
  const { api, announce } = useFrame();
  const { go } = useNavigate();
  const task = useTask("rules_preview");
  const [state, set] = useState(/** @type {{text: string, error: Error | null}} */ ({ text: "", error: null }));
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);

  /** @param {string} text @param {() => Promise<number | null>} plan */
  const run = async (text, plan) => {
    const { signal } = leaving.current;
    set({ text, error: null });
    announce(text);
    try {
      const id = await plan();
      if (signal.aborted) return;
      set({ text: "", error: null });
      if (id) go("review", id, selectionParams(params));
    } catch (error) {
      if (!signal.aborted) set({ text: "", error: /** @type {Error} */ (error) });
    }
  };

  const sample = (/** @type {{isNew?: boolean}} */ { isNew = false } = {}) => {
    const count = selection.isFew ? selection.args.ids.length : SAMPLE;
    return run(t("review.checking", { count }), async () => {
      const seed = isNew ? null : stored("sessionStorage", (storage) => storage.getItem(SEED));
      const part = selection.isFew ? {} : { sample: SAMPLE, ...(seed && { seed }) };
      const { signal } = leaving.current;
      const answer = await api.operation("rules_preview", { ...selection.args, ...part }, { signal, seconds: SECONDS });
      if (!selection.isFew && answer.seed !== undefined) stored("sessionStorage", (storage) => storage.setItem(SEED, String(answer.seed)));
      return answer.plan;
    });
  };

  const all = () => run(t("review.planning"), async () => {
    const preview = await task.start(selection.args);
    if (!preview) return null;
    if (preview.status !== "done") throw new Error(preview.error || t(`status.${preview.status}`));
    return preview.id;
  });

  return { sample: () => sample(), another: () => sample({ isNew: true }), all, text: state.text,
    isRunning: state.text !== "" || task.isRunning, error: state.error ?? task.error };
}
