/** A ref of whether the component is still there: an answer may come after its view is left. */

import { useEffect, useRef } from "../react.js";

export function useIsHere() {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => { isHere.current = false; };
  }, []);
  return isHere;
}
