/** Calls `act` with each of our jobs that ends, whoever started it. */

import { useEffect, useRef } from "../react.js";
import { useFrame } from "../app/frame.js";

/** @param {(job: import("../jobs.js").EndedJob) => void} act */
export function useJobEnded(act) {
  const { jobs } = useFrame();
  const latest = useRef(act);
  useEffect(() => { latest.current = act; });
  useEffect(() => {
    const hear = (/** @type {Event} */ event) => latest.current(/** @type {CustomEvent} */ (event).detail);
    jobs.addEventListener("ended", hear);
    return () => jobs.removeEventListener("ended", hear);
  }, [jobs]);
}
