/** Chooses what of a plan is shown: by rule, by field, by a file's name, in groups of values or folders. */

import { Bootstrap, h, useEffect, useRef, useState } from "../react.js";
import { SIZES } from "../hooks/useThumbnailSize.js";
import { useId } from "../hooks/useId.js";
import { number, t } from "../translate.js";
import { oneLine } from "../visible.js";
import { usePlan } from "./plan.js";

const PAUSE = 300; // milliseconds: fast typing asks once

/**
 * @param {object} props
 * @param {any} props.run
 * @param {Record<string, string>} props.params
 * @param {import("../hooks/useThumbnailSize.js").Size} props.size
 * @param {(size: import("../hooks/useThumbnailSize.js").Size) => void} props.onSize
 */
export function Filters({ run, params, size, onSize }) {
  const rules = Object.entries(run.counts.rules ?? {}).map(([name, counts]) => ({ name, label: oneLine(name), count: counts.planned }));
  const fields = Object.entries(run.fields).map(([name, count]) => ({ name, label: t(`field.${name}`), count }));
  if (!fields.length) return null;
  return h("section", { className: "it-filters", "aria-label": t("review.filters") },
    h("div", { className: "it-facets" },
      h(Facets, { kind: "rule", title: t("review.rules"), items: rules.filter((rule) => rule.count), chosen: params.rule }),
      h(Facets, { kind: "field", title: t("review.fields"), items: fields, chosen: params.field })),
    h("div", { className: "it-tools" }, h(Search, { text: params.file ?? "" }),
      h(Select, { label: t("review.by"), value: params.by ?? "", options: ["", "value", "folder"], name: "by", kind: "review.by" }),
      h(Sizes, { size, onSize })));
}

/** @typedef {{name: string, label: string, count: any}} Item */

/** @param {{kind: "rule" | "field", title: string, items: Item[], chosen?: string}} props */
function Facets({ kind, title, items, chosen }) {
  const { show } = usePlan();
  const sorted = [...items].sort((one, other) => other.count - one.count);
  return h("fieldset", null, h("legend", null, title), sorted.map(({ name, label, count }) =>
    h("button", { key: name, className: "it-facet", type: "button", dir: "auto", "aria-pressed": chosen === name,
      onClick: () => show({ [kind]: chosen === name ? undefined : name, value: undefined, groups: undefined }) },
    label, " ", h("span", { className: "it-count" }, number(count)))));
}

/** @param {{text: string}} props */
function Search({ text }) {
  const { show } = usePlan();
  const [typed, type] = useState(text);
  const shown = useRef(text);
  useEffect(() => {
    if (shown.current === text) return;
    shown.current = text; // another address, such as the one before
    type(text);
  }, [text]);
  useEffect(() => {
    if (typed === shown.current) return undefined;
    const timer = setTimeout(() => {
      shown.current = typed;
      show({ file: typed.trim() ? typed : undefined });
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [typed, show]);
  return h("input", { type: "search", className: "form-control text-input it-search", "aria-label": t("review.search"),
    placeholder: t("review.search"), value: typed, onChange: (/** @type {import("react").ChangeEvent<HTMLInputElement>} */ event) => type(event.target.value) });
}

/** @param {{label: string, value: string, options: string[], name: string, kind: string}} props */
function Select({ label, value, options, name, kind }) {
  const { show } = usePlan();
  const id = useId();
  return h("span", { className: "it-select" }, h("label", { htmlFor: id }, label),
    h("select", { id, className: "form-control input-control", value,
      onChange: (/** @type {import("react").ChangeEvent<HTMLSelectElement>} */ event) => show({ [name]: event.target.value, groups: undefined }) },
    options.map((option) => h("option", { key: option, value: option }, t(`${kind}.${option || "auto"}`)))));
}

/** @param {{size: string, onSize: (size: import("../hooks/useThumbnailSize.js").Size) => void}} props */
function Sizes({ size, onSize }) {
  const { Button, ButtonGroup } = Bootstrap;
  return h(ButtonGroup, { "aria-label": t("review.size") }, SIZES.map((one) =>
    h(Button, { key: one, variant: "secondary", size: "sm", active: one === size, "aria-pressed": one === size, onClick: () => onSize(one) },
      t(`review.size.${one}`))));
}
