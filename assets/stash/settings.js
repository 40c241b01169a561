/* The way to the page under Settings > Plugins, for those who hide the entry in the bar. */
window.ImageTools?.part(() => {
  const { api, React, plugin, useModules, guarded, route } = window.ImageTools;
  const { Link } = api.libraries.ReactRouterDOM;

  function Open() {
    const loaded = useModules();
    return loaded && React.createElement("div", { className: "setting" },
      React.createElement(Link, { to: route }, loaded.t("stash.open")));
  }

  api.patch.after("PluginSettings", (props, ...rest) => {
    const drawn = rest[rest.length - 1];
    return props.pluginID === plugin ? React.createElement(React.Fragment, null, guarded(Open), drawn) : drawn;
  });
});
