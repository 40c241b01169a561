/* The page as a route of Stash's own UI. */
window.ImageTools?.part(() => {
  const { api, React, base, modules, guarded, route } = window.ImageTools;

  function Page() {
    const [App, show] = React.useState(null);
    const [failure, fail] = React.useState(null);
    React.useEffect(() => {
      let here = true;
      modules.then((loaded) => loaded.loadApp()).then((component) => here && show(() => component)).catch((error) => here && fail(error));
      return () => { here = false; };
    }, []);
    if (failure) return React.createElement(Failed, { failure });
    return App && React.createElement(App, { base });
  }

  /** The texts are among what could not be loaded. */
  function Failed({ failure }) {
    const again = { variant: "primary", onClick: () => window.location.reload() };
    return React.createElement("div", { role: "alert" }, React.createElement("p", null, `Image Tools cannot start: ${failure.message}`),
      React.createElement(api.libraries.Bootstrap.Button, again, "Reload the page"));
  }

  api.register.route(route, () => guarded(Page));
});
