/** The tags, performers, studios and galleries that rules need and Stash doesn't have, with answers to them. */

import { Paging } from "../components/Paging.js";
import { useUnsaved } from "../hooks/useUnsaved.js";
import { Bootstrap, h, useState } from "../react.js";
import { t } from "../translate.js";
import { MissingName } from "./MissingName.js";
import { usePlan } from "./plan.js";

const PAGE = 5;

/** @typedef {{kind: string, name: string, action: "create" | "map" | "ignore", to?: string}} Answer */

/** @param {{run: any}} props */
export function MissingNames({ run }) {
  const { edit, isOpen } = usePlan();
  const [answers, setAnswers] = useState(/** @type {Record<string, Answer>} */ ({}));
  const [page, setPage] = useState(1);
  const [isSaving, setSaving] = useState(false);
  const list = Object.values(answers);
  useUnsaved(list.length > 0);
  const missing = run.missing ?? [];
  if (!missing.length) return null;
  const last = Math.ceil(missing.length / PAGE);
  const first = (Math.min(page, last) - 1) * PAGE;
  const answer = (/** @type {string} */ key, /** @type {Answer | null} */ given) => setAnswers(({ [key]: _, ...others }) =>
    (given ? { ...others, [key]: given } : others));
  const save = async () => {
    setSaving(true);
    if (await edit("names_answer", { answers: list }, t("missing.saved", { count: list.length }))) setAnswers({});
    setSaving(false);
  };
  const lacking = run.counts.with_missing ?? 0;
  return h("section", { className: "card it-card it-missing", "aria-label": t("missing.title") },
    h("h3", null, t("missing.title")),
    h("p", { className: "it-muted" }, t("missing.intro"), " ", lacking > 0 && t("missing.images", { count: lacking }), " ",
      run.missing_count > missing.length && t("missing.most", { count: missing.length, all: run.missing_count })),
    h("ul", null, missing.slice(first, first + PAGE).map((/** @type {any} */ name) => {
      const key = `${name.kind} ${name.name}`;
      return h(MissingName, { key, missing: name, answer: answers[key], onAnswer: isOpen ? (given) => answer(key, given) : undefined });
    })),
    h(Paging, { page: Math.min(page, last), count: missing.length, size: PAGE, onPage: setPage, label: t("missing.pages") }),
    list.length > 0 && h("div", { className: "it-buttons", role: "group", "aria-label": t("missing.answers") },
      h(Bootstrap.Button, { disabled: isSaving, onClick: save }, t("missing.save", { count: list.length })),
      h(Bootstrap.Button, { variant: "secondary", disabled: isSaving, onClick: () => setAnswers({}) }, t("missing.discard")),
      h("span", { className: "it-muted" }, t("missing.saveText"))));
}
