/** Fifty images of a plan, which are drawn only near the visible part of the window. */

import { Bootstrap, h, useEffect, useMemo, useState } from "../react.js";
import { useGrowing } from "../hooks/useGrowing.js";
import { useNear } from "../hooks/useNear.js";
import { useOperation } from "../hooks/useOperation.js";
import { useReload } from "../hooks/useReload.js";
import { t } from "../translate.js";
import { ErrorAlert } from "./ErrorAlert.js";

export const PAGE = 50;
const ROW = 132; // pixels, until a block shows its height

/**
 * @typedef {object} Props
 * @property {number} plan
 * @property {number} page
 * @property {Record<string, unknown>} filter
 * @property {unknown} version
 * @property {(image: import("./ImageList.js").PlanImage, among: string[]) => import("react").ReactNode} children
 * @property {import("./ImageList.js").PlanImage[]} [images] those of the block, if they are here already
 */

/** @param {Props & {total: number}} props */
export function ImageBlock({ total, ...props }) {
  const { page, images } = props;
  const first = (page - 1) * PAGE + 1;
  const last = Math.min(page * PAGE, total);
  const { ref, isNear, height } = useNear({ isFirst: page === 1, height: (last - first + 1) * ROW });
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => { if (!isNear) setDrawn(false); }, [isNear]);
  return h("section", { ref, className: "it-block", "aria-label": t("change.list", { first, last }), tabIndex: -1, "data-page": page,
    style: { minHeight: isNear && isDrawn ? undefined : height } },
  isNear && (images ? h(Rows, { images, draw: props.children, onDrawn: setDrawn }) : h(Requested, { ...props, onDrawn: setDrawn })));
}

/** @param {Props & {onDrawn: (isDrawn: boolean) => void}} props */
function Requested({ plan, page, filter, version, children, onDrawn }) {
  const { data, error, reload } = useOperation("plan", { plan, page, ...filter });
  useReload(version, reload);
  if (error) {
    return h(ErrorAlert, { error }, h(Bootstrap.Button, { variant: "secondary", size: "sm", onClick: reload }, t("change.retry")));
  }
  if (!data) return h("div", { className: "it-busy", "aria-busy": "true" });
  return h(Rows, { images: data.changes, draw: children, onDrawn });
}

/** @param {{images: import("./ImageList.js").PlanImage[], draw: Props["children"], onDrawn: (isDrawn: boolean) => void}} props */
function Rows({ images, draw, onDrawn }) {
  const count = useGrowing(images.length);
  const among = useMemo(() => images.map((image) => image.id), [images]);
  useEffect(() => onDrawn(count === images.length), [count, images, onDrawn]);
  return h("ul", null, images.slice(0, count).map((image) => draw(image, among)));
}
