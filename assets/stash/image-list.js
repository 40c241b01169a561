/* "Preview rules for these images…" in the menu of Stash's image list: of the selected ones, else of all it shows. */
window.ImageTools?.part(() => {
  const { api, base, useModules, route } = window.ImageTools;

  function choice(filter, selected) {
    if (selected.size) return { ids: [...selected].join(",") };
    const imageFilter = filter.makeFilter();
    const narrowed = Object.keys(imageFilter).length > 0;
    return { image_filter: narrowed ? JSON.stringify(imageFilter) : "", q: filter.searchTerm ?? "", of: "all" };
  }

  api.patch.before("ImageList", (props, ...rest) => {
    const loaded = useModules();
    if (!loaded) return [props, ...rest];
    const onClick = (_result, filter, selected) => {
      const params = Object.entries(choice(filter, selected)).filter(([, value]) => value);
      loaded.begin(`${base}${route.slice(1)}#/review?${new URLSearchParams(params)}`);
    };
    const ours = { text: loaded.t("stash.menu"), onClick };
    return [{ ...props, extraOperations: [...(props.extraOperations ?? []), ours] }, ...rest];
  });
});
