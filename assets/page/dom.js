// @ts-nocheck -- a view of before React: types come when it is rewritten
/** Elements from data. Text becomes text nodes, and nothing is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "indeterminate", "open"]);

/** An element: `h("button", {class: "btn", onclick: act}, "Go")`. Null, undefined and false are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  set(element, props);
  element.append(...children.flat(Infinity).filter(isShown));
  return element;
}

function set(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (!isShown(value)) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
}

function isShown(value) {
  return value !== null && value !== undefined && value !== false;
}

/** Puts these children in place of those there are. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(isShown));
  return element;
}

/** Puts these children in place and gives the focus back to the one that had it, known by its id. */
export function redraw(element, ...children) {
  const { id } = document.activeElement ?? {};
  const inside = id && element.contains(document.activeElement);
  fill(element, ...children);
  if (inside) document.getElementById(id)?.focus();
  return element;
}

/** A small picture beside words; screen readers leave it out. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of [["viewBox", "0 0 16 16"], ["class", `it-icon it-icon-${name}`], ["aria-hidden", "true"]]) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

const SHAPES = {
  check: "M6.4 12.6 1.8 8l1.5-1.5 3.1 3.1 6.3-6.3 1.5 1.5z",
  cross: "M12.6 4.8 9.4 8l3.2 3.2-1.4 1.4L8 9.4l-3.2 3.2-1.4-1.4L6.6 8 3.4 4.8l1.4-1.4L8 6.6l3.2-3.2z",
  warning: "M8 1.2 15.4 14.4H.6zM7.1 6v4h1.8V6zm0 5.2v1.7h1.8v-1.7z",
  arrow: "M9 3.2 13.8 8 9 12.8l-1.3-1.3 2.6-2.6H2.2V7.1h8.1L7.7 4.5z",
  play: "M4 2.4 13 8l-9 5.6z",
  stop: "M3.5 3.5h9v9h-9z",
  clock: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.8a4.7 4.7 0 1 0 0 9.4 4.7 4.7 0 0 0 0-9.4zm.8 1.5v2.9l2 2-1.2 1.2-2.5-2.5V4.8z",
  undo: "M6.6 2.2v2.9h2.6a4.4 4.4 0 0 1 0 8.8H4.4v-1.9h4.8a2.5 2.5 0 0 0 0-5H6.6v2.9L2.2 6z",
  down: "M7 2h2v6.6l2.4-2.4 1.3 1.3L8 12.2 3.3 7.5l1.3-1.3L7 8.6zM2.6 13h10.8v1.6H2.6z",
};

/** Words only for screen readers. */
export function unseen(text) {
  return h("span", { class: "it-unseen" }, text);
}
