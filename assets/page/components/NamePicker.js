/** Picks a tag, performer, studio or gallery of Stash by its name. */

import { h, useEffect, useRef, useState } from "../react.js";
import { useFrame } from "../app/frame.js";
import { useId } from "../hooks/useId.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";

const PAUSE = 200; // milliseconds: fast typing asks once

/** @typedef {{id: string, name: string, note?: string}} Name `note` tells two of one name apart */

/**
 * @param {object} props
 * @param {"tags" | "performers" | "studios" | "galleries"} props.kind
 * @param {(picked: Name) => void} props.onPick
 * @param {string} props.label
 * @param {Name[]} [props.suggestions] offered before anything is typed, such as the nearest names
 * @param {boolean} [props.autoFocus]
 */
export function NamePicker({ kind, onPick, label, suggestions = [], autoFocus = false }) {
  const id = useId();
  const [text, type] = useState("");
  const [index, point] = useState(0);
  const [isOpen, open] = useState(false);
  const { names, error } = useNames(kind, text, suggestions);
  const pick = (/** @type {Name} */ name) => {
    type("");
    open(false);
    onPick(name);
  };
  const keys = (/** @type {import("react").KeyboardEvent} */ event) => {
    if (event.key === "Escape" && isOpen) event.stopPropagation(); // closes the list, not the dialog around it
    const act = /** @type {Record<string, () => void>} */ ({
      ArrowDown: () => { open(true); point(isOpen ? Math.min(index + 1, names.length - 1) : 0); },
      ArrowUp: () => point(Math.max(index - 1, 0)),
      Enter: () => { if (isOpen && names[index]) pick(names[index]); },
      Escape: () => open(false),
    })[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const isShown = isOpen && (names.length > 0 || Boolean(text));
  return h("div", { className: "it-picker", onBlur: (/** @type {import("react").FocusEvent} */ event) => {
    if (!event.currentTarget.contains(/** @type {Node | null} */ (event.relatedTarget))) open(false);
  } },
    h("input", { className: "form-control text-input", role: "combobox", "aria-label": label, "aria-expanded": isShown,
      "aria-controls": `${id}-list`, "aria-autocomplete": "list", autoComplete: "off", autoFocus, value: text,
      "aria-activedescendant": isShown && names[index] ? `${id}-${index}` : undefined, placeholder: label,
      onChange: (/** @type {import("react").ChangeEvent<HTMLInputElement>} */ event) => { type(event.target.value); open(true); point(0); },
      onFocus: () => open(true), onKeyDown: keys }),
    h("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, className: "dropdown-menu it-picker-list", hidden: !isShown },
      names.map((name, place) => h("li", { key: name.id, id: `${id}-${place}`, role: "option", "aria-selected": place === index,
        className: place === index ? "dropdown-item active" : "dropdown-item", dir: "auto",
        onMouseDown: (/** @type {import("react").MouseEvent} */ event) => event.preventDefault(), onClick: () => pick(name) },
      oneLine(name.name), name.note ? h("span", { className: "it-muted" }, ` ${oneLine(name.note)}`) : null))),
    isShown && !names.length ? h("p", { className: "it-muted it-picker-none", role: "status" }, error ? error.message : t("picker.none")) : null);
}

/**
 * The names that fit a text; an older answer that comes later counts no more.
 * @param {"tags" | "performers" | "studios" | "galleries"} kind
 * @param {string} text
 * @param {Name[]} suggestions
 */
function useNames(kind, text, suggestions) {
  const { api } = useFrame();
  const [found, set] = useState(/** @type {{text: string, names: Name[], error: Error | null}} */ ({ text: "", names: [], error: null }));
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current && !text) return undefined;
    isFirst.current = false;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      if (!text.trim()) return set({ text, names: [], error: null });
      return api.names(kind, text, { signal: asking.signal }).then(
        (names) => set({ text, names, error: null }),
        (error) => { if (!asking.signal.aborted) set({ text, names: [], error }); },
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [api, kind, text]);
  return text.trim() ? found : { names: suggestions, error: null };
}
