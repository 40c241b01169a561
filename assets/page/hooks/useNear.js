/** Whether an element is near the visible part of the window. */

import { useEffect, useRef, useState } from "../react.js";

const NEAR = "1500px";
const PATIENCE = 120; // milliseconds: an element that is only passed by is not near

/** @type {WeakMap<Element, (isNear: boolean) => void>} */
const watched = new WeakMap();
/** @type {IntersectionObserver | undefined} one for all: a long list has hundreds of elements */
let observer;

/**
 * The element's ref, whether it is near, and its height when it was last near. An element that has the focus stays near.
 * @param {{isFirst?: boolean, height: number}} options `isFirst`: it is near from the beginning
 */
export function useNear({ isFirst = false, height: guess }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  const [{ isNear, height }, set] = useState({ isNear: isFirst, height: guess });
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (ref.current);
    let timer = 0;
    let isDrawn = isFirst;
    const draw = () => {
      isDrawn = true;
      set((before) => ({ ...before, isNear: true }));
    };
    watched.set(element, (near) => {
      clearTimeout(timer);
      if (near && !isDrawn) timer = setTimeout(draw, PATIENCE);
      if (near || !isDrawn || element.contains(document.activeElement)) return;
      isDrawn = false;
      set({ isNear: false, height: element.offsetHeight });
    });
    observer ??= new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) watched.get(target)?.(isIntersecting);
    }, { rootMargin: NEAR });
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer?.unobserve(element);
    };
  }, [isFirst]);
  return { ref, isNear, height };
}
