/** The newest run that the reader saw at the last visit. */

import { useEffect, useState } from "../react.js";
import { stored } from "../storage.js";

const KEY = "image-tools-seen-run";

/** @param {import("./words.js").Run[] | null} runs those that are shown now */
export function useSeen(runs) {
  const [seen] = useState(() => Number(stored("localStorage", (storage) => storage.getItem(KEY)) ?? 0));
  useEffect(() => {
    if (!runs?.length) return;
    const newest = Math.max(seen, ...runs.map((run) => run.id));
    stored("localStorage", (storage) => storage.setItem(KEY, String(newest)));
  }, [runs, seen]);
  return (/** @type {import("./words.js").Run} */ run) => seen > 0 && run.id > seen;
}
