/** Downloads the images of a run as JSON lines. */

import { useFrame } from "../app/frame.js";
import { useEffect, useRef, useState } from "../react.js";

const KEPT = 10_000; // milliseconds in which the browser reads the file

/** @typedef {{count: number, isRunning: boolean, error: Error | null}} State */

/**
 * `link` is the ref of a hidden link that hands the browser the file.
 * @param {number} id the run's
 */
export function useDownload(id) {
  const { api } = useFrame();
  const [state, set] = useState(/** @type {State} */ ({ count: 0, isRunning: false, error: null }));
  const link = useRef(/** @type {HTMLAnchorElement | null} */ (null));
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);

  /** Collects the lines call by call, so that each is bounded, and hands the browser one file. */
  const download = async () => {
    const { signal } = leaving.current;
    const lines = /** @type {string[]} */ ([]);
    set({ count: 0, isRunning: true, error: null });
    try {
      for (let above = /** @type {number | null} */ (0); above !== null;) {
        const answer = await api.operation("run_lines", { run: id, above }, { signal });
        lines.push(...answer.lines);
        above = answer.next;
        set({ count: lines.length, isRunning: true, error: null });
      }
      save(link.current, `image-tools-run-${id}.jsonl`, lines.map((line) => `${line}\n`));
      set({ count: 0, isRunning: false, error: null });
    } catch (error) {
      if (!signal.aborted) set({ count: 0, isRunning: false, error: /** @type {Error} */ (error) });
    }
  };
  return { ...state, link, download };
}

/**
 * @param {HTMLAnchorElement | null} link
 * @param {string} name
 * @param {string[]} parts
 */
function save(link, name, parts) {
  if (!link) return;
  link.href = URL.createObjectURL(new Blob(parts, { type: "application/jsonl" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
}
