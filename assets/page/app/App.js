/** The page as a route of Stash's UI: header and tabs, the running task, notes, and the view that the address names. */

import { Api } from "../api.js";
import { Jobs } from "../jobs.js";
import { asset, plugin } from "../asset-url.js";
import { h, useCallback, useEffect, useMemo, useRef, useState } from "../react.js";
import { t } from "../translate.js";
import { ErrorBoundary } from "./ErrorBoundary.js";
import { JobBar } from "./JobBar.js";
import { LargeImage, useLargeImage } from "./LargeImage.js";
import { LeaveGuard, useGuard } from "./LeaveGuard.js";
import { Question, useQuestion } from "./Question.js";
import { Tabs } from "./Tabs.js";
import { UpdateNotice } from "./UpdateNotice.js";
import { FrameContext } from "./frame.js";
import { isFramedByAnother } from "./framed.js";
import { OldNotice, useOldLinks } from "./OldView.js";
import { useOpenPlace } from "./place.js";
import { usePageColor } from "./theme.js";
import { viewOf } from "./views.js";
import { Notice } from "./Notice.js";

/** @param {{base: string}} props `base` is the server's root: "/" or "/stash/" */
export function App({ base }) {
  if (isFramedByAnother()) return h("p", null, t("app.framed"));
  return h(Page, { base });
}

/** @param {{base: string}} props */
function Page({ base }) {
  const [hasStyles, styled] = useState(false);
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const api = useMemo(() => new Api(base, plugin), [base]);
  const jobs = useJobs(api);
  const guard = useGuard();
  const place = useOpenPlace(guard);
  const [status, announce] = useAnnouncer();
  const [notice, notify] = useState(/** @type {import("react").ReactNode} */ (null));
  const view = viewOf(place);
  const question = useQuestion(view.key);
  const large = useLargeImage();
  const oldLinks = useOldLinks();
  usePageColor(element);
  useEffect(() => notify(null), [view.key]);
  useOpening(element, view.key, hasStyles);

  const notifyError = useCallback((/** @type {string} */ mode, /** @type {Error} */ error) => {
    if (error.name === "AbortError") return; // a question that ended with its view
    notify(t("error.missed", { name: t(`mode.${mode}`), reason: error.message }));
  }, []);
  const { set } = guard;
  const { ask } = question;
  const { enlarge } = large;
  const frame = useMemo(
    () => ({ api, jobs, place, announce, notify, notifyError, confirm: ask, enlarge, guard: set }),
    [api, jobs, place, announce, notifyError, ask, enlarge, set],
  );

  const drawn = () => styled(true); // also without them, which looks poor and works
  const styles = h("link", { rel: "stylesheet", href: asset("page/page.css"), onLoad: drawn, onError: drawn });
  if (!hasStyles) return styles;
  return h(FrameContext.Provider, { value: frame }, styles,
    h("div", { className: "image-tools", ref: element, onClick: oldLinks },
      h("header", { className: "it-header" }, h("h1", null, t("app.title")), h(Tabs, { current: view.tab })),
      h(UpdateNotice, { isUnsaved: guard.isUnsaved, view: view.key }),
      h(Notice, { message: notice, close: () => notify(null) }), h(OldNotice, { key: `notice ${place.key}` }),
      h(JobBar),
      h("div", { className: "it-view", "data-place": place.hash },
        h(ErrorBoundary, { key: view.key }, h(view.component, { place, key: view.key }))),
      h("p", { className: "sr-only", role: "status" }, status),
      h(LeaveGuard, { guard }), h(Question, { question }), h(LargeImage, { large })));
}

/** @param {Api} api */
function useJobs(api) {
  const jobs = useMemo(() => new Jobs(api), [api]);
  useEffect(() => () => jobs.close(), [jobs]);
  return jobs;
}

/** What screen readers are told: the text, and a function that tells another. */
function useAnnouncer() {
  const [text, set] = useState("");
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const announce = useCallback((/** @type {string} */ next) => {
    set(""); // the same text again is told again
    clearTimeout(timer.current);
    timer.current = setTimeout(() => set(next), 50);
  }, []);
  return /** @type {const} */ ([text, announce]);
}

/**
 * Gives the window the title of the view's heading and, on the way from one place to another, the heading the focus.
 * @param {import("react").RefObject<HTMLElement>} element
 * @param {string} key
 * @param {boolean} isDrawn
 */
function useOpening(element, key, isDrawn) {
  const isFirst = useRef(true);
  useEffect(() => {
    const before = document.title;
    return () => { document.title = before; };
  }, []);
  useEffect(() => {
    const heading = element.current?.querySelector("h2");
    if (!isDrawn || !heading) return;
    document.title = `${heading.textContent} · ${t("app.title")}`;
    if (!isFirst.current) heading.focus();
    isFirst.current = false;
  }, [element, key, isDrawn]);
}
