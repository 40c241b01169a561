/** Whether another website shows this page inside its own, at whatever depth: it could lead clicks astray. */
export function isFramedByAnother() {
  try {
    for (let frame = /** @type {Window} */ (window); frame !== window.top; frame = frame.parent) {
      if (frame.parent.location.origin !== window.location.origin) return true;
    }
    return false;
  } catch {
    return true; // the address of another website cannot even be read
  }
}
