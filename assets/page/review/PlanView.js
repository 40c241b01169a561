/** A plan: what applying it would write, in groups and image by image. */

import { useNavigate } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { ImageList, useFirstPage } from "../components/ImageList.js";
import { Loading } from "../components/Loading.js";
import { useOperation } from "../hooks/useOperation.js";
import { useThumbnailSize } from "../hooks/useThumbnailSize.js";
import { h, useCallback, useMemo, useState } from "../react.js";
import { ApplyBar } from "./ApplyBar.js";
import { Filters } from "./Filters.js";
import { Groups } from "./Groups.js";
import { MissingNames } from "./MissingNames.js";
import { ReviewImage } from "./ReviewImage.js";
import { Shown } from "./Shown.js";
import { Summary } from "./Summary.js";
import { PlanContext, filterOf } from "./plan.js";
import { usePlanEdits } from "./usePlanEdits.js";

/** @param {{place: import("../app/place.js").Place}} props */
export function PlanView({ place }) {
  const plan = Number(place.id);
  const run = useOperation("run", { run: plan });
  const [version, setVersion] = useState(0);
  const { edit, error, isEditing } = usePlanEdits(plan, () => {
    setVersion((before) => before + 1);
    run.reload();
  });
  const [size, setSize] = useThumbnailSize();
  const show = useShow(place);
  const { params } = place;
  const filter = useMemo(() => filterOf(params), [params]);
  const isCurrent = !isEditing && !run.isLoading && !run.error;
  const isOpen = Boolean(run.data?.applicable);
  const context = useMemo(() => ({ plan, filter, isOpen, size, version, edit, show }), [plan, filter, isOpen, size, version, edit, show]);
  const first = useFirstPage(plan, filter, version);
  const isNarrow = Boolean(filter.value || filter.folder || filter.q);
  return h(PlanContext.Provider, { value: context },
    h(ErrorAlert, { error: run.error }), !run.data && !run.error && h(Loading),
    run.data && h("div", null, h(Summary, { run: run.data, params }), h(MissingNames, { run: run.data })),
    h(ErrorAlert, { error }),
    run.data && h(ApplyBar, { run: run.data, params, list: first, isCurrent }),
    run.data && h(Filters, { run: run.data, params, size, onSize: setSize }),
    !isNarrow && h(Groups, { params }),
    first.data && h(Shown, { answer: first.data }),
    h(ImageList, { plan, filter, first, version, children: (image, among) => h(ReviewImage, { key: image.id, image, among }) }));
}

/** @param {import("../app/place.js").Place} place */
function useShow({ name, id, params }) {
  const { replace } = useNavigate();
  return useCallback((/** @type {Record<string, string | undefined>} */ change) => replace(name, id, { ...params, ...change }),
    [replace, name, id, params]);
}
