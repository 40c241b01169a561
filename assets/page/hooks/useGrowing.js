/** A number that grows with each frame, so that a long list is drawn in steps that don't keep the browser from scrolling. */

import { useEffect, useState } from "../react.js";

const STEP = 5;

/** @param {number} count the number to reach */
export function useGrowing(count) {
  const [shown, show] = useState(Math.min(STEP, count));
  useEffect(() => {
    if (shown >= count) return undefined;
    const frame = requestAnimationFrame(() => show((before) => before + STEP));
    return () => cancelAnimationFrame(frame);
  }, [shown, count]);
  return Math.min(shown, count);
}
