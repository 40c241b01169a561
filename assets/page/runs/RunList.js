/** The history: runs that wait for a decision, then all others, newest first. */

import { useNavigate } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { Heading } from "../components/Heading.js";
import { Loading } from "../components/Loading.js";
import { Paging } from "../components/Paging.js";
import { useId } from "../hooks/useId.js";
import { useJobEnded } from "../hooks/useJobEnded.js";
import { useOperation } from "../hooks/useOperation.js";
import { showHeld } from "../held.js";
import { Bootstrap, h, useEffect } from "../react.js";
import { t } from "../translate.js";
import { RunRow } from "./RunRow.js";
import { useSeen } from "./useSeen.js";

const PAGE = 50;

/** @typedef {import("./words.js").Run} Run */

/** @param {{place: import("../app/place.js").Place}} props */
export function RunList({ place: { params } }) {
  const page = Math.max(1, Math.floor(Number(params.page)) || 1);
  const previews = Boolean(params.previews);
  return h("div", null, h(Heading, { text: t("runs.title") }, h(PreviewSwitch, { previews })),
    h("p", { className: "it-intro" }, t("runs.intro")), h(History, { key: `${page} ${previews}`, page, previews }));
}

/** @param {{previews: boolean}} props */
function PreviewSwitch({ previews }) {
  const { replace } = useNavigate();
  const id = useId();
  return h(Bootstrap.Form.Check, { type: "switch", id, label: t("runs.previews"), checked: previews,
    onChange: () => replace("runs", "", { previews: !previews && 1 }) });
}

/** @param {{page: number, previews: boolean}} props */
function History({ page, previews }) {
  const { go } = useNavigate();
  const { data, error, reload } = useOperation("runs", { page, previews });
  const isNew = useSeen(data);
  useJobEnded(reload);
  const held = data?.filter((/** @type {Run} */ run) => run.held) ?? [];
  useEffect(() => {
    if (data && page === 1) showHeld(held.length);
  }, [data, page, held.length]);
  const show = (/** @type {number} */ next) => {
    window.scrollTo(0, 0);
    go("runs", "", { page: next > 1 && next, previews: previews && 1 });
  };
  return h("div", null, h(ErrorAlert, { error }), !data && !error && h(Loading),
    held.length > 0 && h(Held, { runs: held, isNew }),
    data && h(Rows, { runs: data.filter((/** @type {Run} */ run) => !run.held), isNew, page, hasHeld: held.length > 0 }),
    data && h(Paging, { page, size: PAGE, hasNext: data.length === PAGE, onPage: show, label: t("runs.pages") }));
}

/** @param {{runs: Run[], isNew: (run: Run) => boolean}} props */
function Held({ runs, isNew }) {
  return h("section", { className: "it-held", "aria-label": t("runs.held") }, h("h3", null, t("runs.held")),
    h("p", { className: "it-intro" }, t("runs.heldIntro")),
    h("ul", { className: "it-runs" }, runs.map((run) => h(RunRow, { key: run.id, run, isNew: isNew(run) }))));
}

/** @param {{runs: Run[], isNew: (run: Run) => boolean, page: number, hasHeld: boolean}} props */
function Rows({ runs, isNew, page, hasHeld }) {
  if (!runs.length) return h("p", { className: "it-muted" }, t(page > 1 ? "runs.noOlder" : "runs.none"));
  return h("section", { "aria-label": t("runs.list") }, hasHeld && h("h3", null, t("runs.list")),
    h("ul", { className: "it-runs" }, runs.map((run) => h(RunRow, { key: run.id, run, isNew: isNew(run) }))));
}
