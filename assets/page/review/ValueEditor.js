/** Edits a value of a plan in its place. */

import { NamePicker } from "../components/NamePicker.js";
import { Stars } from "../components/Stars.js";
import { Bootstrap, h, useState } from "../react.js";
import { t } from "../translate.js";
import { usePlan } from "./plan.js";

/** @type {Record<string, "tags" | "performers" | "studios" | "galleries">} */
const KINDS = { studio: "studios", tags: "tags", performers: "performers", galleries: "galleries" };

/**
 * @param {object} props
 * @param {string} props.field
 * @param {string} props.value before the edit
 * @param {string} props.name what is edited, in words
 * @param {Record<string, unknown>} props.args the arguments of `plan_edit` that select it, apart from `field`
 * @param {() => void} props.onClose
 */
export function ValueEditor({ field, value, name, args, onClose }) {
  const { edit } = usePlan();
  const save = async (/** @type {unknown} */ to) => {
    onClose();
    await edit("plan_edit", { ...args, field, to }, t("review.edited", { name }));
  };
  const close = (/** @type {import("react").KeyboardEvent} */ event) => { if (event.key === "Escape") onClose(); };
  return h("div", { className: "it-value-editor", role: "group", "aria-label": t("review.editOf", { name }), onKeyDown: close },
    h(Input, { field, value, name, onSave: save }),
    h(Bootstrap.Button, { variant: "secondary", size: "sm", onClick: onClose }, t("cancel")));
}

/** @param {{field: string, value: string, name: string, onSave: (to: unknown) => void}} props */
function Input({ field, value, name, onSave }) {
  if (field in KINDS) {
    return h(NamePicker, { kind: KINDS[field], label: t("review.valueOf", { name }), autoFocus: true, onPick: (picked) => onSave(picked.name) });
  }
  if (field === "rating100") return h(Stars, { value: Number(value), onChange: onSave, label: name });
  if (field === "organized") {
    return h("span", { className: "it-buttons" }, [true, false].map((one) =>
      h(Bootstrap.Button, { key: String(one), variant: "secondary", size: "sm", autoFocus: one, onClick: () => onSave(one) }, t(one ? "yes" : "no"))));
  }
  return h(Text, { field, value, name, onSave });
}

/** @param {{field: string, value: string, name: string, onSave: (to: string) => void}} props */
function Text({ field, value, name, onSave }) {
  const [text, type] = useState(value);
  const submit = (/** @type {import("react").FormEvent} */ event) => {
    event.preventDefault();
    onSave(text);
  };
  return h("form", { className: "it-form-row", onSubmit: submit },
    h(field === "details" ? "textarea" : "input", { className: "form-control text-input", "aria-label": t("review.valueOf", { name }), autoFocus: true,
      value: text, onChange: (/** @type {import("react").ChangeEvent<HTMLInputElement>} */ event) => type(event.target.value) }),
    h(Bootstrap.Button, { size: "sm", type: "submit", disabled: text === value || !text.trim() }, t("review.save")));
}
