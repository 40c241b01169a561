/** Requests an answer again when something else changed. */

import { useEffect, useRef } from "../react.js";

/**
 * @param {unknown} version `reload` is called when it changes
 * @param {() => void} reload
 */
export function useReload(version, reload) {
  const last = useRef(version);
  useEffect(() => {
    if (last.current === version) return;
    last.current = version;
    reload();
  }, [version, reload]);
}
