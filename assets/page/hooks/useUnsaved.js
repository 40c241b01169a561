/** While `isUnsaved`, nothing leaves this view without a question. */

import { useEffect } from "../react.js";
import { useFrame } from "../app/frame.js";

/** @param {boolean} isUnsaved */
export function useUnsaved(isUnsaved) {
  const { guard } = useFrame();
  useEffect(() => {
    guard(isUnsaved ? () => true : null);
    return () => guard(null);
  }, [guard, isUnsaved]);
}
