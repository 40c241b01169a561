/* The page as a route of Stash's own UI. */
window.ImageTools?.part(() => {
  const { api, React, base, modules, guarded, route } = window.ImageTools;

  function Page() {
    const place = React.useRef(null);
    const [failure, fail] = React.useState(null);
    React.useEffect(() => {
      let leave = null;
      let here = true;
      modules.then(({ mount }) => {
        if (here) leave = mount(place.current, { base });
      }).catch((error) => here && fail(error));
      return () => {
        here = false;
        leave?.();
      };
    }, []);
    if (failure) return React.createElement(Failed, { failure });
    return React.createElement("div", { ref: place });
  }

  /** The texts are among what could not be loaded. */
  function Failed({ failure }) {
    const again = { variant: "primary", onClick: () => window.location.reload() };
    return React.createElement("div", { role: "alert" }, React.createElement("p", null, `Image Tools cannot start: ${failure.message}`),
      React.createElement(api.libraries.Bootstrap.Button, again, "Reload the page"));
  }

  api.register.route(route, () => guarded(Page));
});
