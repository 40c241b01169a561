/** The line below the tabs that shows our running task, wherever in the page one is. */

import { Bootstrap, Icon, h } from "../react.js";
import { useCurrentJob } from "../hooks/useCurrentJob.js";
import { seconds, t } from "../translate.js";
import { useFrame } from "./frame.js";

export function JobBar() {
  const { jobs, notifyError } = useFrame();
  const job = useCurrentJob();
  if (!job) return h("div");
  const name = t(`mode.${job.mode}`);
  const isMeasured = job.progress !== null && job.status !== "READY";
  const stop = () => jobs.stop(job.id).catch((error) => notifyError(job.mode, error));
  return h("section", { className: "it-job card", "aria-label": name },
    h("span", { className: "it-job-text" }, sentence(job, name)),
    h("progress", { max: "1", "aria-label": t("job.progress", { name }), ...(isMeasured && { value: job.progress }) }),
    h("span", { className: "it-muted" }, job.left === null ? "" : t("job.left", { left: seconds(job.left) })),
    h(Bootstrap.Button, { variant: "danger", size: "sm", onClick: stop, disabled: job.status === "STOPPING" },
      h(Icon, { name: "faStop" }), t("job.stop")));
}

/**
 * @param {import("../jobs.js").CurrentJob} job
 * @param {string} name
 */
function sentence(job, name) {
  if (job.status === "STOPPING") return t("job.stops", { name });
  if (job.status === "RUNNING") return t("job.runs", { name });
  return job.ahead ? t("job.behind", { name, ahead: job.ahead }) : t("job.waits", { name });
}
