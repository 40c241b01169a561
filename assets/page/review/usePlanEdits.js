/** Edits of a plan, one after the other: each takes the lock that only one run can hold. */

import { useFrame } from "../app/frame.js";
import { useIsHere } from "../hooks/useIsHere.js";
import { useCallback, useEffect, useRef, useState } from "../react.js";

const SECONDS = 120;

/**
 * @param {number} plan
 * @param {(answer: any) => void} onEdited
 */
export function usePlanEdits(plan, onEdited) {
  const { api, announce, notifyError } = useFrame();
  const [waiting, setWaiting] = useState(0);
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const queue = useRef(/** @type {Promise<unknown>} */ (Promise.resolve()));
  const isHere = useIsHere();
  const latest = useRef(onEdited);
  useEffect(() => { latest.current = onEdited; });
  const edit = useCallback((/** @type {string} */ mode, /** @type {Record<string, unknown>} */ args, /** @type {string} */ done) => {
    setWaiting((before) => before + 1);
    const work = queue.current.then(async () => {
      try {
        const answer = await api.operation(mode, { plan, ...args }, { seconds: SECONDS });
        if (!isHere.current) return true;
        setError(null);
        latest.current(answer);
        announce(done);
        return true;
      } catch (failure) {
        if (isHere.current) setError(/** @type {Error} */ (failure));
        else notifyError(mode, /** @type {Error} */ (failure));
        return false;
      } finally {
        if (isHere.current) setWaiting((before) => before - 1);
      }
    });
    queue.current = work;
    return work;
  }, [api, announce, notifyError, plan, isHere]);
  return { edit, error, isEditing: waiting > 0 };
}
