/** One missing tag, performer, studio or gallery, and what to do about it. */

import { NamePicker } from "../components/NamePicker.js";
import { Thumbnail } from "../components/Thumbnail.js";
import { Bootstrap, Icon, h, useState } from "../react.js";
import { t } from "../translate.js";
import { oneLine } from "../visible.js";

const MAX_SAMPLE = 3;

/** @typedef {import("./MissingNames.js").Answer} Answer */

/**
 * @param {object} props
 * @param {any} props.missing
 * @param {Answer | undefined} props.answer
 * @param {((answer: Answer | null) => void) | undefined} props.onAnswer missing if no answer is possible
 */
export function MissingName({ missing, answer, onAnswer }) {
  const { kind, name, images, rules, sample, candidates, created } = missing;
  return h("li", { className: "it-missing-name", "data-answered": Boolean(answer) },
    h("div", { className: "it-thumbs" }, sample.slice(0, MAX_SAMPLE).map((/** @type {string} */ id) =>
      h(Thumbnail, { key: id, id, size: "small", among: sample }))),
    h("div", { className: "it-missing-main" },
      h("p", null, h("span", { className: "it-muted" }, t(`kind.${kind}`)), " ", h("bdi", { className: "it-file" }, oneLine(name)), " ",
        created && h("span", { className: "it-badge it-badge-new" }, t("missing.created")),
        candidates.length > 0 && h("span", { className: "it-badge it-tone-warning" }, t("missing.ambiguous", { count: candidates.length }))),
      h("p", { className: "it-muted it-small" }, t("review.images", { count: images }), " · ", h("bdi", null, rules.map(oneLine).join(", "))),
      kind !== "galleries" && onAnswer && h(Choices, { missing, answer, onAnswer })));
}

/** @param {{missing: any, answer: Answer | undefined, onAnswer: (answer: Answer | null) => void}} props */
function Choices({ missing, answer, onAnswer }) {
  const { kind, name, nearest, candidates, created } = missing;
  const [isPicking, pick] = useState(false);
  const offered = uniqueNames([...candidates, ...nearest].map((one) => one.name)).filter((one) => one.toLowerCase() !== name.toLowerCase());
  const isOther = answer?.action === "map" && !offered.includes(answer.to ?? "");
  const choose = (/** @type {Pick<Answer, "action" | "to">} */ chosen) => {
    pick(false);
    const isChosen = answer?.action === chosen.action && answer?.to === chosen.to;
    onAnswer(isChosen ? null : { kind, name, ...chosen });
  };
  const button = (/** @type {Pick<Answer, "action" | "to">} */ chosen, /** @type {string} */ label) =>
    h(Choice, { key: `${chosen.action} ${chosen.to}`, label, name, isChosen: answer?.action === chosen.action && answer?.to === chosen.to,
      onClick: () => choose(chosen) });
  return h("div", { role: "group", "aria-label": t("missing.choices", { name: oneLine(name) }) },
    h("div", { className: "it-choices" },
      !created && candidates.length === 0 && button({ action: "create" }, t("missing.create")),
      offered.map((to) => button({ action: "map", to }, t("missing.is", { name: oneLine(to) }))),
      isOther && button({ action: "map", to: answer.to }, t("missing.is", { name: oneLine(answer.to ?? "") })),
      h(Choice, { label: t("missing.isOther"), name, isChosen: isPicking, onClick: () => pick(!isPicking) }),
      button({ action: "ignore" }, t("missing.ignore"))),
    isPicking && h(NamePicker, { kind, label: t("missing.pick", { name: oneLine(name) }), autoFocus: true, suggestions: nearest,
      onPick: (picked) => choose({ action: "map", to: picked.name }) }));
}

/** @param {string[]} names */
function uniqueNames(names) {
  return [...new Set(names)];
}

/** @param {{label: string, name: string, isChosen: boolean, onClick: () => void}} props */
function Choice({ label, name, isChosen, onClick }) {
  return h(Bootstrap.Button, { variant: isChosen ? "primary" : "secondary", size: "sm", "aria-pressed": isChosen,
    "aria-label": t("missing.choiceOf", { choice: label, name: oneLine(name) }), onClick },
  isChosen && h(Icon, { name: "faCheck" }), h("bdi", null, label));
}
