/* An icon in the navigation bar, unless the setting hideNavEntry says no. Words would run off the bar at 1280 px. */
window.ImageTools?.part(() => {
  const { api, React, plugin, useModules, guarded, route } = window.ImageTools;
  const { NavLink } = api.libraries.ReactRouterDOM;
  const { Button } = api.libraries.Bootstrap;
  const symbol = api.libraries.FontAwesomeSolid.faWandMagicSparkles;

  function Entry() {
    const loaded = useModules();
    const { data } = api.GQL.useConfigurationQuery();
    const hidden = data?.configuration?.plugins?.[plugin]?.hideNavEntry;
    if (!loaded || !data || hidden === true || hidden === "true") return null;
    const title = loaded.t("stash.nav");
    const icon = React.createElement(api.components.Icon, { icon: symbol });
    return React.createElement(NavLink, { className: "nav-utility", to: route, "aria-label": title },
      React.createElement(Button, { className: "minimal d-flex align-items-center h-100", title, tabIndex: -1 }, icon));
  }

  api.patch.before("MainNavBar.UtilityItems", (props) => [
    { ...props, children: React.createElement(React.Fragment, null, guarded(Entry), props.children) },
  ]);
});
