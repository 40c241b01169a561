/** The changes of a plan in groups of a rule, a field and a value, or a folder. */

import { ErrorAlert } from "../components/ErrorAlert.js";
import { Loading } from "../components/Loading.js";
import { Paging } from "../components/Paging.js";
import { useOperation } from "../hooks/useOperation.js";
import { useReload } from "../hooks/useReload.js";
import { Bootstrap, h } from "../react.js";
import { t } from "../translate.js";
import { Group } from "./Group.js";
import { usePlan } from "./plan.js";

const PAGE = 50;
const FIRST = 6;

/** @param {{params: Record<string, string>}} props `groups` is the page of groups, from 1; without it the first few are shown */
export function Groups({ params }) {
  const { plan, filter, version, show } = usePlan();
  const page = Number(params.groups) || 0;
  const args = { plan, page: page || 1, ...filter, ...(params.by && { by: params.by }) };
  const { data, error, reload } = useOperation("plan_groups", args);
  useReload(version, reload);
  if (error) return h(ErrorAlert, { error });
  if (!data) return h(Loading);
  if (!data.count) return null;
  const groups = page ? data.groups : data.groups.slice(0, FIRST);
  const label = t("review.groups", { count: data.count });
  return h("section", { className: "it-groups", "aria-label": label }, h("h3", null, label),
    h("ul", null, groups.map((/** @type {any} */ group) =>
      h(Group, { group, key: JSON.stringify([group.rule, group.field, group.op, group.value, group.folder]) }))),
    !page && data.count > FIRST && h(Bootstrap.Button, { variant: "secondary", onClick: () => show({ groups: "1" }) },
      t("review.allGroups", { count: data.count })),
    page > 0 && h("div", { className: "it-buttons" },
      h(Paging, { page, count: data.count, size: PAGE, onPage: (next) => show({ groups: String(next) }), label: t("review.pagesOfGroups") }),
      data.count > FIRST && h(Bootstrap.Button, { variant: "secondary", onClick: () => show({ groups: undefined }) }, t("review.fewGroups"))));
}
