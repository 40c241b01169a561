/* The page as a route of Stash's own UI. */
window.ImageTools?.part(() => {
  const { api, React, base, modules, guarded, route } = window.ImageTools;
  const { Prompt, useHistory, useLocation } = api.libraries.ReactRouterDOM;

  function Page() {
    const place = React.useRef(null);
    const leave = React.useRef(null);
    const [failure, fail] = React.useState(null);
    const history = useHistory();
    const location = useLocation();
    React.useEffect(() => {
      let here = true;
      modules.then(({ mount }) => {
        if (here) leave.current = mount(place.current, { base });
      }).catch((error) => here && fail(error));
      return () => {
        here = false;
        leave.current?.();
      };
    }, []);
    React.useEffect(() => {
      // A link of Stash's own to the page that is open changes the address without an event.
      if (history.action !== "POP") leave.current?.show();
    }, [location]);
    if (failure) return React.createElement(Failed, { failure });
    // Stash leaves the page without an event, too.
    const ask = (to) => to.pathname.replace(/\/$/, "") === route || leave.current?.question() || true;
    return React.createElement(React.Fragment, null, React.createElement(Prompt, { message: ask }),
      React.createElement("div", { ref: place }));
  }

  /** The texts are among what could not be loaded. */
  function Failed({ failure }) {
    const again = { variant: "primary", onClick: () => window.location.reload() };
    return React.createElement("div", { role: "alert" }, React.createElement("p", null, `Image Tools cannot start: ${failure.message}`),
      React.createElement(api.libraries.Bootstrap.Button, again, "Reload the page"));
  }

  api.register.route(route, () => guarded(Page));
});
