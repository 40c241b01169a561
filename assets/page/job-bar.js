/** The line below the tabs that shows our running task, wherever in the page one is. */

import { fill, h, icon } from "./dom.js";
import { missed } from "./parts.js";
import { seconds, t } from "./translate.js";

export function jobBar(app) {
  const place = h("div", {});
  let shown = null;
  app.jobs.addEventListener("change", () => {
    const job = app.jobs.current;
    if (job?.id !== shown?.id) {
      shown = job && { id: job.id, ...bar(app, job) };
      fill(place, shown?.element);
    }
    shown?.update(job);
  });
  return place;
}

function bar(app, job) {
  const name = t(`mode.${job.mode}`);
  const text = h("span", { class: "it-job-text" });
  const left = h("span", { class: "it-muted" });
  const progress = h("progress", { max: "1", "aria-label": t("job.progress", { name }) });
  const end = () => app.jobs.stop(job.id).catch((error) => missed(app, job.mode, error));
  const stop = h("button", { class: "btn btn-danger btn-sm", type: "button", onclick: end }, icon("stop"), t("job.stop"));
  const update = (now) => {
    text.textContent = sentence(now, name);
    left.textContent = now.left === null ? "" : t("job.left", { left: seconds(now.left) });
    if (now.progress === null || now.status === "READY") progress.removeAttribute("value");
    else progress.value = now.progress;
    stop.disabled = now.status === "STOPPING";
  };
  return { element: h("section", { class: "it-job", "aria-label": name }, text, progress, left, stop), update };
}

function sentence(job, name) {
  if (job.status === "STOPPING") return t("job.stops", { name });
  if (job.status === "RUNNING") return t("job.runs", { name });
  return job.ahead ? t("job.behind", { name, ahead: job.ahead }) : t("job.waits", { name });
}
