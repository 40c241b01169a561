/** One run: its result, the reasons of what it didn't change, every change, and the ways to undo or resume it. */

import { PlaceLink } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { Heading } from "../components/Heading.js";
import { Loading } from "../components/Loading.js";
import { Stats } from "../components/Stats.js";
import { StatusBadge } from "../components/StatusBadge.js";
import { useOperation } from "../hooks/useOperation.js";
import { h } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";
import { Created } from "./Created.js";
import { Failures } from "./Failures.js";
import { Notes } from "./Notes.js";
import { RunButtons } from "./RunButtons.js";
import { RunFacts } from "./RunFacts.js";
import { RunImages } from "./RunImages.js";
import { RunWords } from "./RunWords.js";
import { useFollow } from "./useFollow.js";
import { isPreview, isRedone } from "./words.js";

const COUNTS = ["todo", "changed", "reverted", "failed", "skipped", "unconfirmed", "left_out", "left"];

/** @param {{place: import("../app/place.js").Place}} props */
export function RunView({ place }) {
  const id = Number(place.id);
  const { data: run, error, reload } = useOperation("run", { run: id });
  useFollow(run, reload);
  return h("div", { className: "it-run-view" },
    h("p", null, h(PlaceLink, { to: ["runs"] }, t("run.back"))),
    h(Heading, { text: t("run.title", { id: place.id }) }, run && !isPreview(run) && h(StatusBadge, { status: run.status })),
    h(ErrorAlert, { error }), !run && !error && h(Loading),
    run && h("div", { className: "it-summary" },
      h("p", { className: "it-run-words" }, h(RunWords, { run, fields: Object.keys(run.fields) })),
      h(RunFacts, { run }), h(Reason, { run }),
      h(Stats, { counts: countsOf(run), names: COUNTS, always: isPreview(run) ? ["todo"] : ["changed", "reverted"] }),
      h(RunButtons, { run }), h(Failures, { failures: run.failures }), h(Created, { names: run.names }), h(Notes, { notes: run.notes })),
    run && h(RunImages, { plan: run.plan, version: JSON.stringify(run) }));
}

/** Why a run waits, failed or stopped. */
function Reason(/** @type {{run: import("./words.js").Run}} */ { run }) {
  if (run.error) return h(ErrorAlert, { error: new Error(oneLine(run.error)) });
  const text = run.held ? t("run.heldText", { reason: oneLine(run.held) }) : run.status === "stopped" && t("run.stopped");
  return text ? h("div", { className: "it-note it-note-warning" }, h("p", { dir: "auto" }, text)) : null;
}

/** @param {import("./words.js").Run} run */
function countsOf(run) {
  const { states, counts } = run;
  if (isPreview(run)) return { todo: counts.planned, left_out: states.left_out };
  const done = { [isRedone(run) ? "reverted" : "changed"]: states.changed };
  const todo = states.changed + states.failed + states.skipped + states.planned + states.sent;
  return { ...done, todo, failed: states.failed, skipped: states.skipped + (counts.left_alone ?? 0), unconfirmed: states.sent,
    left_out: states.left_out, left: states.planned };
}
