/** An image of a plan with its changes, each of which can be excluded and edited. */

import { FieldRow, ImageRow, nameOf } from "../components/ImageRow.js";
import { Difference } from "../components/Difference.js";
import { Bootstrap, Icon, React, h, useState } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { Tick } from "./Tick.js";
import { ValueEditor } from "./ValueEditor.js";
import { usePlan } from "./plan.js";

const LISTS = new Set(["tags", "performers", "galleries", "urls"]);

/** @typedef {import("../components/ImageList.js").PlanImage} PlanImage */

export const ReviewImage = React.memo(/** @param {{image: PlanImage, among: string[]}} props */ function ReviewImage({ image, among }) {
  const { isOpen, size, filter } = usePlan();
  const isEditable = isOpen && (image.state === "planned" || image.state === "left_out");
  const tick = isEditable && h(Tick, { name: nameOf(image), included: includedOf(image.changes), part: image, args: { ...filter, ids: [image.id] } });
  return h(ImageRow, { image, size, among, tick, children: (change) =>
    h(Field, { key: change.field, image, change, isEditable }) });
});

/** @param {{image: PlanImage, change: any, isEditable: boolean}} props */
function Field({ image, change, isEditable }) {
  const { filter } = usePlan();
  const [edited, setEdited] = useState(/** @type {string | null} */ (null));
  const name = t("review.fieldOf", { field: t(`field.${change.field}`), name: nameOf(image) });
  const tick = isEditable && h(Tick, { name, included: includedOf([change]), part: change, args: { ...filter, ids: [image.id], field: change.field } });
  const control = isEditable && !change.left_out
    ? (/** @type {string} */ value) => h(Controls, { image, change, value, name, onEdit: () => setEdited(value) })
    : undefined;
  const item = LISTS.has(change.field) ? { value: edited } : {};
  return h(FieldRow, { change, tick }, h("div", null, h(Difference, { change, control }),
    isEditable && change.left_out_items?.length > 0 && h(Excluded, { image, change }),
    edited !== null && h(ValueEditor, { field: change.field, value: edited, name, args: { id: image.id, ...item }, onClose: () => setEdited(null) })));
}

/** @param {{image: PlanImage, change: any, value: string, name: string, onEdit: () => void}} props */
function Controls({ image, change, value, name, onEdit }) {
  const { edit } = usePlan();
  const { Button } = Bootstrap;
  const isItem = LISTS.has(change.field);
  const label = isItem ? oneLine(value) : name;
  const exclude = () => edit("plan_leave_out", { ids: [image.id], field: change.field, value }, t("review.excluded", { name: label }));
  return h("span", { className: "it-controls" },
    h(Button, { variant: "link", size: "sm", title: t("review.edit"), "aria-label": t("review.editOf", { name: label }), onClick: onEdit }, h(Icon, { name: "faPencil" })),
    isItem && h(Button, { variant: "link", size: "sm", title: t("review.exclude"), "aria-label": t("review.excludeOf", { name: label }), onClick: exclude },
      h(Icon, { name: "faXmark" })));
}

/** The items of a list that are excluded. A click includes one again. */
function Excluded(/** @type {{image: PlanImage, change: any}} */ { image, change }) {
  const { edit } = usePlan();
  return h("p", { className: "it-excluded" }, t("review.excludedItems"), " ", change.left_out_items.map((/** @type {any} */ { op, value }) =>
    h(Bootstrap.Button, { key: `${op} ${value}`, variant: "secondary", size: "sm", title: t("review.include", { name: oneLine(value) }),
      "aria-label": t("review.include", { name: oneLine(value) }),
      onClick: () => edit("plan_leave_out", { ids: [image.id], field: change.field, value, back: true }, t("review.included", { name: oneLine(value) })) },
    h(Icon, { name: "faPlus" }), h("bdi", null, oneLine(value)))));
}

/**
 * How much of some changes is included.
 * @param {any[]} changes
 */
function includedOf(changes) {
  if (changes.every((change) => change.left_out)) return "none";
  return changes.some((change) => change.left_out || change.left_out_items?.length) ? "some" : "all";
}
