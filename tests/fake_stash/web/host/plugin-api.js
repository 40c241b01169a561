/*
 * window.PluginApi as Stash v0.30 builds it (its ui/v2.5/src/pluginApi.tsx and patch.tsx), with the parts that plugins of
 * this project use. Stash has more; what is here behaves as there.
 */
(() => {
  const { React, ReactDOM, ReactRouterDOM } = window;
  const h = React.createElement;
  const components = {};
  const patches = { before: {}, instead: {}, after: {} };
  const register = (kind) => (name, patch) => { (patches[kind][name] ??= []).push(patch); };

  function runInstead([first, ...rest], original) {
    return first ? (...args) => first(...args, runInstead(rest, original)) : original;
  }

  /** A function that runs with the patches of its name: before, instead, after. */
  function patched(name, original) {
    const run = (...args) => {
      let given = args;
      for (const patch of patches.before[name] ?? []) given = patch(...given);
      let result = runInstead(patches.instead[name] ?? [], original)(...given);
      for (const patch of patches.after[name] ?? []) result = patch(...given, result);
      return result;
    };
    return run;
  }

  function component(name, original) {
    if (components[name]) throw new Error(`Component ${name} has already been registered`);
    components[name] = patched(name, original);
    return components[name];
  }

  function Icon({ icon: { iconName, icon: [width, height, , , path] }, className = "" }) {
    return h("svg", { className: `svg-inline--fa fa-${iconName} fa-icon ${className}`, viewBox: `0 0 ${width} ${height}`,
      "aria-hidden": "true", focusable: "false", role: "img" }, h("path", { fill: "currentColor", d: path }));
  }

  function LoadingIndicator({ message }) {
    return h("div", { className: "LoadingIndicator" }, h(window.ReactBootstrap.Spinner, { animation: "border", role: "status" }),
      h("h4", { className: "LoadingIndicator-message" }, message ?? "Loading..."));
  }

  component("Icon", Icon);
  component("LoadingIndicator", LoadingIndicator);

  function route(path, view) {
    register("before")("PluginRoutes", (props) => [
      { children: h(React.Fragment, null, props.children, h(ReactRouterDOM.Route, { path, component: view })) },
    ]);
  }

  const ToastContext = React.createContext(() => {});

  function useToast() {
    const toast = React.useContext(ToastContext);
    return React.useMemo(() => ({
      toast,
      success: (content) => toast({ content }),
      error: (error) => toast({ content: error?.message ?? String(error), variant: "danger" }),
    }), [toast]);
  }

  /** A query's result as Apollo's hooks give it. */
  function useQuery(query) {
    const [result, set] = React.useState({ data: undefined, loading: true });
    React.useEffect(() => {
      let here = true;
      window.FakeStash.ask(query).then((data) => here && set({ data, loading: false }), () => {});
      return () => { here = false; };
    }, [query]);
    return result;
  }

  window.PluginApi = {
    React,
    ReactDOM,
    GQL: {
      useConfigurationQuery: () => useQuery("{ configuration { plugins } }"),
      useJobsSubscribeSubscription: () => ({ data: undefined }), // the fake server has no web sockets
    },
    libraries: {
      ReactRouterDOM,
      Bootstrap: window.ReactBootstrap,
      FontAwesomeSolid: window["free-solid-svg-icons"],
      Mousetrap: window.Mousetrap,
    },
    register: { route, component },
    loadableComponents: {},
    components,
    utils: { StashService: { getClient: () => null } },
    hooks: { useToast },
    patch: { before: register("before"), instead: register("instead"), after: register("after") },
  };
  window.FakeStash = { base: new URL(document.baseURI).pathname, ToastContext, patched, component };
})();
