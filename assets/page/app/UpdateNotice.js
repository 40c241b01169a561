/** Each time a view is opened, the page compares its version with the server's, and an outdated page loads anew. */

import { version } from "../asset-url.js";
import { Bootstrap, h, useEffect, useState } from "../react.js";
import { t } from "../translate.js";
import { useFrame } from "./frame.js";

/** @param {{isUnsaved: () => boolean, view: string}} props */
export function UpdateNotice({ isUnsaved, view }) {
  const { api } = useFrame();
  const [isOutdated, set] = useState(false);
  useEffect(() => {
    let here = true;
    api.version().then((now) => {
      if (!here || now === undefined || now === version) return;
      if (isUnsaved()) set(true);
      else window.location.reload();
    }, () => {}); // what is wrong with the server, the view itself is told
    return () => { here = false; };
  }, [api, view, isUnsaved]);
  if (!isOutdated) return null;
  return h("div", { className: "it-note it-note-warning", role: "alert" }, t("updated.text"), " ",
    h(Bootstrap.Button, { size: "sm", onClick: () => window.location.reload() }, t("updated.reload")));
}
