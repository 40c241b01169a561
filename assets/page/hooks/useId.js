/** An id for elements that name each other, unlike all others of the document. React 17 has no such hook. */

import { useState } from "../react.js";

let last = 0;

export function useId() {
  const [id] = useState(() => {
    last += 1;
    return `it-${last}`;
  });
  return id;
}
