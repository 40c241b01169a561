/* The page as a route of Stash's own UI. */
window.ImageTools?.part(() => {
  const { api, React, base, modules, guarded, route } = window.ImageTools;

  function Page() {
    const place = React.useRef(null);
    React.useEffect(() => {
      let leave = null;
      let here = true;
      modules.then(({ mount }) => {
        if (here) leave = mount(place.current, { base });
      });
      return () => {
        here = false;
        leave?.();
      };
    }, []);
    return React.createElement("div", { ref: place });
  }

  api.register.route(route, () => guarded(Page));
});
