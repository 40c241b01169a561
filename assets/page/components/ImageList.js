/** The images of a plan, however many: blocks of one page each, which are requested when near and dropped when far. */

import { Bootstrap, h, useCallback, useEffect, useRef } from "../react.js";
import { useId } from "../hooks/useId.js";
import { useOperation } from "../hooks/useOperation.js";
import { useReload } from "../hooks/useReload.js";
import { t } from "../translate.js";
import { ErrorAlert } from "./ErrorAlert.js";
import { ImageBlock, PAGE } from "./ImageBlock.js";
import { Loading } from "./Loading.js";

const OPENED = "imageToolsBlock";

/** @typedef {{id: string, path: string | null, state: string, reason: string | null, changes: any[]}} PlanImage */

/**
 * The first page of a plan's images, with their count.
 * @param {number} plan
 * @param {Record<string, unknown>} filter
 * @param {unknown} [version] another one requests it again
 */
export function useFirstPage(plan, filter, version) {
  const first = useOperation("plan", { plan, page: 1, ...filter });
  useReload(version, first.reload);
  return first;
}

/**
 * @param {object} props
 * @param {number} props.plan
 * @param {Record<string, unknown>} [props.filter] arguments of the operation `plan`, such as `rule`
 * @param {ReturnType<typeof useOperation>} props.first the answer of `plan` with the first page, from `useFirstPage`
 * @param {unknown} [props.version] another one requests the images that are shown again
 * @param {(image: PlanImage, among: string[]) => import("react").ReactNode} props.children draws an image; `among` are
 *   the ids of those around it
 */
export function ImageList({ plan, filter = {}, first: { data, error }, version, children }) {
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const total = data?.total ?? 0;
  useReturn(list, total > 0);
  const open = useCallback((/** @type {number} */ page) => {
    const block = /** @type {HTMLElement} */ (list.current?.querySelector(`[data-page="${page}"]`));
    block.scrollIntoView();
    block.focus({ preventScroll: true });
  }, []);
  if (error) return h(ErrorAlert, { error });
  if (!data) return h(Loading);
  const pages = Array.from({ length: Math.ceil(total / PAGE) }, (_, index) => index + 1);
  return h("div", null, pages.length > 1 && h(Jump, { total, onJump: open }),
    h("div", { ref: list, className: "it-changes", onClickCapture: remember }, pages.map((page) =>
      h(ImageBlock, { key: `${page} ${JSON.stringify(filter)}`, plan, page, total, filter, version, children,
        images: page === 1 ? data.changes : undefined }))));
}

/**
 * Notes in the browser's history, before a link is followed, which block it is in.
 * @param {import("react").MouseEvent} event
 */
function remember(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const page = target.closest("a") && /** @type {HTMLElement | null} */ (target.closest("[data-page]"))?.dataset.page;
  if (page) window.history.replaceState({ ...window.history.state, [OPENED]: page }, "");
}

/**
 * Scrolls to the block whose link was followed, when the reader comes back.
 * @param {import("react").RefObject<HTMLElement>} list
 * @param {boolean} isDrawn
 */
function useReturn(list, isDrawn) {
  const opened = useRef(Number(window.history.state?.[OPENED] ?? 0));
  useEffect(() => {
    if (!isDrawn || opened.current < 2) return;
    const block = list.current?.querySelector(`[data-page="${opened.current}"]`);
    opened.current = 0;
    requestAnimationFrame(() => block?.scrollIntoView());
  }, [list, isDrawn]);
}

/** @param {{total: number, onJump: (page: number) => void}} props */
function Jump({ total, onJump }) {
  const id = useId();
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const jump = (/** @type {import("react").FormEvent} */ event) => {
    event.preventDefault();
    const index = Math.min(Math.max(1, Number(input.current?.value) || 1), total);
    onJump(Math.ceil(index / PAGE));
  };
  return h("form", { className: "it-jump", onSubmit: jump }, h("label", { htmlFor: id }, t("change.jump")),
    h("input", { ref: input, id, className: "form-control text-input it-number", type: "number", min: "1", max: total, inputMode: "numeric" }),
    h("span", { className: "it-muted" }, t("change.jumpOf", { count: total })),
    h(Bootstrap.Button, { variant: "secondary", size: "sm", type: "submit" }, t("change.jumpGo")));
}
