/* "Preview rules for these images…" in the menu of Stash's image list: of the selected ones, else of all it shows. */
window.ImageTools?.part(() => {
  const { api, base, useModules, route } = window.ImageTools;

  function choice(filter, selected) {
    if (selected.size) return { ids: [...selected].join(",") };
    const imageFilter = filter.makeFilter();
    const narrowed = Object.keys(imageFilter).length > 0;
    return { image_filter: narrowed ? JSON.stringify(imageFilter) : "", q: filter.searchTerm ?? "", of: "all" };
  }

  /**
   * Adds the entry to a list. `effective` makes of the filter that the entry gets the one that the list shows: on the
   * page of a performer, tag, studio or gallery all images would be the whole library otherwise.
   */
  function patch(name, effective) {
    api.patch.before(name, (props, ...rest) => {
      const loaded = useModules();
      if (!loaded) return [props, ...rest];
      const onClick = (_result, filter, selected) => {
        const params = Object.entries(choice(effective(filter, props), selected)).filter(([, value]) => value);
        loaded.begin(`${base}${route.slice(1)}#/review?${new URLSearchParams(params)}`);
      };
      const ours = { text: loaded.t("stash.menu"), onClick };
      return [{ ...props, extraOperations: [...(props.extraOperations ?? []), ours] }, ...rest];
    });
  }

  patch("ImageList", (filter) => filter); // from v0.31 on, the grid inside, which has no menu
  patch("FilteredImageList", (filter, { filterHook }) => (filterHook ? filterHook(filter.clone()) : filter)); // from v0.31 on
});
