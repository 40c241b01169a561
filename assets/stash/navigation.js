/*
 * An icon in the navigation bar, unless the setting hideNavEntry says no, with the number of runs that wait for a decision.
 * Words would run off the bar at 1280 px.
 */
window.ImageTools?.part(() => {
  const { api, React, base, plugin, useModules, guarded, route } = window.ImageTools;
  const { NavLink } = api.libraries.ReactRouterDOM;
  const { Badge, Button } = api.libraries.Bootstrap;
  const symbol = api.libraries.FontAwesomeSolid.faWandMagicSparkles;

  function Entry() {
    const loaded = useModules();
    const { data } = api.GQL.useConfigurationQuery();
    const hidden = data?.configuration?.plugins?.[plugin]?.hideNavEntry;
    if (!loaded || !data || hidden === true || hidden === "true") return null;
    return React.createElement(Wand, { loaded });
  }

  function Wand({ loaded }) {
    const held = useHeld(loaded);
    const title = held ? loaded.t("stash.navHeld", { count: held }) : loaded.t("stash.nav");
    const icon = React.createElement(api.components.Icon, { icon: symbol });
    const badge = held > 0 && React.createElement(Badge, { variant: "warning", className: "ml-1" }, held);
    return React.createElement(NavLink, { className: "nav-utility", to: held ? `${route}#/runs` : route, "aria-label": title },
      React.createElement(Button, { className: "minimal d-flex align-items-center h-100", title, tabIndex: -1 }, icon, badge));
  }

  /** The number of runs that are held: counted when the bar is drawn and when a task of ours ends, or as the page learns it. */
  function useHeld(loaded) {
    const [held, set] = React.useState(0);
    const [ended, end] = React.useState(null);
    const event = api.GQL.useJobsSubscribeSubscription().data?.jobsSubscribe;
    const job = event?.type === "REMOVE" && loaded.isOurs(plugin, event.job) ? event.job.id : null;
    React.useEffect(() => { if (job) end(job); }, [job]);
    React.useEffect(() => {
      let here = true;
      loaded.countHeld(base, plugin).then((count) => here && set(count), () => {});
      return () => { here = false; };
    }, [loaded, ended]);
    React.useEffect(() => loaded.onHeld(set), [loaded]);
    return held;
  }

  api.patch.before("MainNavBar.UtilityItems", (props) => [
    { ...props, children: React.createElement(React.Fragment, null, guarded(Entry), props.children) },
  ]);
});
