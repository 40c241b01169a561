/** One image of a plan: its thumbnail, its file, and its changes field by field. */

import { Router, h } from "../react.js";
import { PlaceLink } from "../app/place.js";
import { t } from "../translate.js";
import { basename, oneLine } from "../visible.js";
import { Thumbnail } from "./Thumbnail.js";

const HIDDEN_STATES = new Set(["planned", "preview"]);

/**
 * @param {object} props
 * @param {import("./ImageList.js").PlanImage} props.image
 * @param {"small" | "medium" | "large"} [props.size] the thumbnail's
 * @param {string[]} [props.among] the ids to page through in the large view
 * @param {import("react").ReactNode} [props.tick] a checkbox beside the thumbnail
 * @param {(change: any) => import("react").ReactNode} props.children draws a change
 */
export function ImageRow({ image, size, among, tick, children }) {
  const { id, path, state, reason, changes } = image;
  const name = nameOf(image);
  const folder = path ? oneLine(path.slice(0, -basename(path).length)) : "";
  return h("li", { className: "card it-change it-row", "data-state": state, "data-id": id },
    h("div", { className: "it-row-side" }, tick, h(Thumbnail, { id, size, name, among })),
    h("div", { className: "it-row-main" },
      h("div", { className: "it-change-head" },
        h(Router.Link, { to: `/images/${id}`, className: "it-path", "aria-label": t("change.open", { path: name }), title: name },
          h("bdi", { className: "it-folder" }, folder),
          h("bdi", { className: "it-file" }, path ? oneLine(basename(path)) : t("change.noPath", { id }))),
        h("div", { className: "it-actions" },
          !HIDDEN_STATES.has(state) && h("span", { className: `it-badge it-state-${state}` }, t(`change.state.${state}`)),
          h(PlaceLink, { to: ["explain", id], className: "btn btn-link btn-sm", "aria-label": t("change.explainOf", { path: name }) },
            t("change.explain")))),
      h("dl", { className: "it-fields" }, changes.map(children)),
      reason && h("p", { className: "it-reason", dir: "auto" }, oneLine(reason))));
}

/**
 * The name of an image for readers: its path, or its number.
 * @param {{id: string, path: string | null}} image
 */
export function nameOf({ id, path }) {
  return path ? oneLine(path) : t("change.id", { id });
}

/**
 * A field of an image with its change.
 * @param {object} props
 * @param {any} props.change
 * @param {import("react").ReactNode} [props.tick] a checkbox before the field's name
 * @param {import("react").ReactNode} [props.children] the difference
 */
export function FieldRow({ change, tick, children }) {
  return h("div", { className: "it-field", "data-left-out": change.left_out || undefined },
    h("dt", null, tick, t(`field.${change.field}`)),
    h("dd", null, children, h("span", { className: "it-by" },
      h("span", { className: "sr-only" }, t("change.by")),
      change.edited && h("span", { className: "it-badge" }, t("change.edited")),
      change.rules.map((/** @type {string} */ rule) => h("span", { className: "it-rule", dir: "auto", key: rule }, oneLine(rule))))));
}
