/** Our job that runs or waits first, or null. It is drawn anew as it goes on. */

import { useEffect, useState } from "../react.js";
import { useFrame } from "../app/frame.js";

export function useCurrentJob() {
  const { jobs } = useFrame();
  const [job, set] = useState(jobs.current);
  useEffect(() => {
    const show = () => set(jobs.current);
    show();
    jobs.addEventListener("change", show);
    return () => jobs.removeEventListener("change", show);
  }, [jobs]);
  return job;
}
