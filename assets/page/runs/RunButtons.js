/** What can be done about a run. */

import { PlaceLink } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { useTask } from "../hooks/useTask.js";
import { Bootstrap, Icon, h } from "../react.js";
import { t } from "../translate.js";
import { UndoLink } from "./UndoLink.js";
import { useDownload } from "./useDownload.js";

/** @param {{run: import("./words.js").Run}} props */
export function RunButtons({ run }) {
  const resume = useTask("resume");
  const { link, download, isRunning, count, error } = useDownload(run.id);
  const { Button } = Bootstrap;
  return h("div", null,
    h("div", { className: "it-buttons" },
      (run.held || run.applicable) && h(PlaceLink, { to: ["review", run.id], className: "btn btn-primary" }, h(Icon, { name: "faEye" }), t("runs.review")),
      run.undoable && h(UndoLink, { run, className: "btn-primary" }),
      run.resumable && h(Button, { variant: "secondary", disabled: resume.isRunning, onClick: () => resume.start({ run: run.id }) },
        h(Icon, { name: "faPlay" }), t("run.resume")),
      Object.keys(run.fields).length > 0 && h(Button, { variant: "secondary", disabled: isRunning, onClick: download },
        h(Icon, { name: "faDownload" }), isRunning ? t("run.downloading", { count }) : t("run.download"))),
    h("a", { ref: link, hidden: true, "aria-hidden": true }),
    h(ErrorAlert, { error: resume.error ?? error }));
}
