/** Applies a plan, or the part of it that is shown, after a question. */

import { useFrame } from "../app/frame.js";
import { useNavigate } from "../app/place.js";
import { useTask } from "../hooks/useTask.js";
import { useIsHere } from "../hooks/useIsHere.js";
import { h, useRef, useState } from "../react.js";
import { t } from "../translate.js";
import { ApplyQuestion } from "./ApplyQuestion.js";

const IMPORT = "import_images";
const HOOKS = "{ plugins { id name enabled hooks { hooks } } }";

/** @param {{run: any, count: number, only: import("./plan.js").PlanFilter | null}} options `count` is the number of images that are written */
export function useApply({ run, count, only }) {
  const { api, confirm } = useFrame();
  const { go } = useNavigate();
  const mode = run.by === "import" ? IMPORT : "rules_apply"; // as the history has the run
  const task = useTask("rules_apply", mode);
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const isAsking = useRef(false);
  const isHere = useIsHere();
  const hasBackup = useRef(false);

  /** Asks, and resolves with whether the answer was yes. A second press while it asks does nothing. */
  const ask = async () => {
    if (isAsking.current) return false;
    isAsking.current = true;
    hasBackup.current = false;
    try {
      const slow = await findSlow(api);
      if (!isHere.current) return false;
      const onBackup = (/** @type {boolean} */ isOn) => { hasBackup.current = isOn; };
      return await confirm({ title: t(run.sample ? "review.confirmSample" : "review.confirmTitle", { count }),
        body: h(ApplyQuestion, { run, count, only, slow, onBackup }), yes: t("review.apply", { count }) });
    } finally {
      isAsking.current = false;
    }
  };

  const apply = async () => {
    if (!await ask()) return;
    setError(null);
    const started = await task.start({ plan: run.id, confirm: true, ...(only && { only }), ...(hasBackup.current && { backup: true }) });
    if (!started) return;
    if (started.mode === mode) go("runs", started.id);
    else setError(new Error(started.error || t("error.unknown")));
  };

  return { apply, isRunning: task.isRunning, error: error ?? task.error };
}

/**
 * The names of other plugins that run on every changed image.
 * @param {import("../api.js").Api} api
 * @returns {Promise<string[]>}
 */
async function findSlow(api) {
  const { plugins } = await api.query(HOOKS).catch(() => ({ plugins: [] }));
  return plugins.filter((/** @type {any} */ plugin) => plugin.enabled && plugin.id !== api.plugin
    && plugin.hooks?.some((/** @type {any} */ hook) => hook.hooks?.includes("Image.Update.Post"))).map((/** @type {any} */ plugin) => plugin.name);
}
