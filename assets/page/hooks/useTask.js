/** A task of the plugin that this view starts and waits for. */

import { useIsHere } from "./useIsHere.js";
import { useCallback, useState } from "../react.js";
import { useFrame } from "../app/frame.js";
import { outcome } from "../jobs.js";

/**
 * `start` resolves with the run that the task began or resumed, or with null where there is none or the view is gone.
 * What went wrong is in `error`; where the view is gone, the frame tells it above all views.
 * @param {string} mode
 * @param {string} [name] the name of the task in Stash's queue, such as "undo_preview" of "undo"
 */
export function useTask(mode, name = mode) {
  const { api, jobs, notifyError } = useFrame();
  const [state, set] = useState(/** @type {{isRunning: boolean, error: Error | null}} */ ({ isRunning: false, error: null }));
  const isHere = useIsHere();
  const start = useCallback(async (/** @type {Record<string, unknown>} */ args = {}) => {
    set({ isRunning: true, error: null });
    try {
      const { run, error } = await outcome(api, await jobs.run(mode, args, name));
      if (!run && error) throw new Error(error);
      if (!isHere.current) return null;
      set({ isRunning: false, error: null });
      return run;
    } catch (error) {
      if (isHere.current) set({ isRunning: false, error: /** @type {Error} */ (error) });
      else notifyError(name, /** @type {Error} */ (error));
      return null;
    }
  }, [api, jobs, notifyError, mode, name, isHere]);
  return { ...state, start };
}
