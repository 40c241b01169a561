/* A link on an image's details to what the rules make of it. */
window.ImageTools?.part(() => {
  const { api, React, useModules, guarded, route } = window.ImageTools;
  const { Link } = api.libraries.ReactRouterDOM;

  function Explain({ id }) {
    const loaded = useModules();
    if (!loaded || !id) return null;
    return React.createElement("p", { className: "mt-3" },
      React.createElement(Link, { to: `${route}#/explain/${encodeURIComponent(id)}` }, loaded.t("stash.explain")));
  }

  // React hands a component its properties and a second argument; what it drew comes last.
  api.patch.after("ImageDetailPanel", (props, ...rest) =>
    React.createElement(React.Fragment, null, rest[rest.length - 1], guarded(Explain, { id: props.image?.id })));
});
