/** What an operation of the plugin answers: asked when the view opens, when its arguments change, and on `reload`. */

import { useCallback, useEffect, useState } from "../react.js";
import { useFrame } from "../app/frame.js";

/**
 * `data` stays while a new answer is waited for, and goes with other arguments only when that answer is there. Without a
 * `mode` nothing is asked. An answer that comes after a later question is dropped.
 * @param {string | null} mode
 * @param {Record<string, unknown>} [args]
 * @param {{seconds?: number}} [options]
 * @returns {{data: any, error: Error | null, isLoading: boolean, reload: () => void, put: (data: any) => void}} `put`
 *   replaces the answer by one that another operation gave
 */
export function useOperation(mode, args = {}, { seconds } = {}) {
  const { api } = useFrame();
  const [state, set] = useState(/** @type {{data: any, error: Error | null, isLoading: boolean}} */ (
    { data: null, error: null, isLoading: Boolean(mode) }));
  const [turn, again] = useState(0);
  const question = JSON.stringify(args);
  useEffect(() => {
    if (!mode) return undefined;
    const asking = new AbortController();
    const { signal } = asking;
    set((before) => ({ ...before, error: null, isLoading: true }));
    api.operation(mode, JSON.parse(question), { signal, seconds }).then(
      (data) => { if (!signal.aborted) set({ data, error: null, isLoading: false }); },
      (error) => { if (!signal.aborted) set((before) => ({ ...before, error, isLoading: false })); },
    );
    return () => asking.abort();
  }, [api, mode, question, seconds, turn]);
  const reload = useCallback(() => again((before) => before + 1), []);
  const put = useCallback((/** @type {any} */ data) => set({ data, error: null, isLoading: false }), []);
  return { ...state, reload, put };
}
