/* A button under Settings > Tools, beside the Scene Filename Parser: where people look for tools. */
window.ImageTools?.part(() => {
  const { api, React, useModules, guarded, route } = window.ImageTools;
  const { Link } = api.libraries.ReactRouterDOM;
  const { Button } = api.libraries.Bootstrap;
  const PARSER = "/sceneFilenameParser";

  /** Stash draws two of these sections; only one leads to the parser. */
  const leadsToParser = (nodes) => React.Children.toArray(nodes).some(({ props }) =>
    props && (props.to === PARSER || leadsToParser(props.heading) || leadsToParser(props.children)));

  function Tool() {
    const loaded = useModules();
    return loaded && React.createElement("div", { className: "setting" },
      React.createElement("div", null, React.createElement("h3", null,
        React.createElement(Link, { to: route }, React.createElement(Button, { tabIndex: -1 }, loaded.t("stash.nav"))))),
      React.createElement("div")); // as Stash's own settings, whose last part is aligned differently
  }

  api.patch.before("SettingsToolsSection", (props) => [leadsToParser(props.children)
    ? { ...props, children: React.createElement(React.Fragment, null, props.children, guarded(Tool)) } : props]);
});
