/** A group of equal changes with nine of its images. */

import { textOf } from "../components/Difference.js";
import { Stars } from "../components/Stars.js";
import { Thumbnail } from "../components/Thumbnail.js";
import { Bootstrap, Icon, h, useState } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { Tick } from "./Tick.js";
import { ValueEditor } from "./ValueEditor.js";
import { usePlan } from "./plan.js";

const BOOLEANS = /** @type {Record<string, boolean>} */ ({ true: true, false: false });

/** @param {{group: any}} props */
export function Group({ group }) {
  const { isOpen, size, show } = usePlan();
  const [isEdited, setEdited] = useState(false);
  const { rule, field, op, value, folder, images, sample, left_out: leftOut } = group;
  const name = t(folder === null ? "review.group" : "review.groupOfFolder",
    { field: t(`field.${field}`), value: folder === null ? textOfValue(field, value) : oneLine(folder) });
  const place = folder === null ? { value } : { folder };
  const included = leftOut === 0 ? "all" : leftOut < images ? "some" : "none";
  const { Button } = Bootstrap;
  return h("li", { className: "card it-group", "data-included": included },
    h("div", { className: "it-group-head" },
      isOpen && h(Tick, { name, included, part: group, args: { rule, field, ...place } }),
      h("div", { className: "it-group-name" }, h("span", { className: "it-muted" }, t(`field.${field}`)), " ", h(Value, { group })),
      isOpen && folder === null && op !== "remove" && h(Button, { variant: "link", size: "sm", title: t("review.edit"),
        "aria-label": t("review.editOf", { name }), onClick: () => setEdited(true) }, h(Icon, { name: "faPencil" }))),
    isEdited && h(ValueEditor, { field, value: value ?? "", name, args: { value }, onClose: () => setEdited(false) }),
    h("p", { className: "it-muted it-small" }, t("review.images", { count: images }),
      leftOut > 0 && ` · ${t("review.excludedCount", { count: leftOut })}`, " · ", h("bdi", { className: "it-rule" }, oneLine(rule))),
    h("div", { className: "it-thumbs", "data-size": size }, sample.map((/** @type {string} */ id) => h(Thumbnail, { key: id, id, size, among: sample }))),
    (value !== "" || folder) && h(Button, { variant: "secondary", size: "sm", "aria-label": t("review.showOf", { name }),
      onClick: () => show({ rule, field, ...place, groups: undefined }) }, t("review.show", { count: images })));
}

/** @param {{group: any}} props */
function Value({ group: { field, op, value, folder } }) {
  if (folder !== null) return h("span", null, t("review.inFolder"), " ", h("bdi", { className: "it-path" }, oneLine(folder)));
  if (field === "rating100" && value) return h(Stars, { value: Number(value) });
  const text = textOfValue(field, value);
  if (!text) return h("span", { className: "it-empty" }, t("empty"));
  return h(op === "remove" ? "del" : "ins", { className: "it-chip", dir: "auto" }, text);
}

/**
 * The text of a group's value, which the server answers as text.
 * @param {string} field
 * @param {string} value
 */
function textOfValue(field, value) {
  return field === "organized" ? textOf(field, BOOLEANS[value] ?? value) : textOf(field, value);
}
