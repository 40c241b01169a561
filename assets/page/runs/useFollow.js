/** Keeps a run that is under way up to date, whoever started it. */

import { useFrame } from "../app/frame.js";
import { useJobEnded } from "../hooks/useJobEnded.js";
import { useEffect, useRef } from "../react.js";

/**
 * Requests a run again when one of our jobs ends. The page may not know of a job yet, or miss the end of one that has
 * just ended, so it looks at the queue once.
 * @param {import("./words.js").Run | null} run
 * @param {() => void} reload
 */
export function useFollow(run, reload) {
  const { jobs } = useFrame();
  const hasLooked = useRef(false);
  useJobEnded(() => {
    hasLooked.current = false;
    reload();
  });
  const isRunning = run?.status === "running";
  useEffect(() => {
    if (!isRunning || hasLooked.current) return undefined;
    hasLooked.current = true;
    let isHere = true;
    jobs.look().then(() => { if (isHere && !jobs.current) reload(); });
    return () => { isHere = false; };
  }, [run, isRunning, jobs, reload]);
}
