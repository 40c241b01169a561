/* The web UI of the fake server: a bar, an image's page, a list, settings, toasts, and the routes of plugins. */
(() => {
  const { React, ReactDOM, PluginApi, FakeStash } = window;
  const { BrowserRouter, Link, Route, Switch, useParams } = PluginApi.libraries.ReactRouterDOM;
  const { Toast } = PluginApi.libraries.Bootstrap;
  const h = React.createElement;
  const { base, component, patched } = FakeStash;

  FakeStash.ask = async (query, variables = {}) => {
    const response = await fetch(`${base}graphql`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()).data;
  };

  const container = ({ children }) => h(React.Fragment, null, children);
  const App = patched("App", container);
  const PluginRoutes = component("PluginRoutes", container);
  const UtilityItems = component("MainNavBar.UtilityItems", container);
  const ImageDetailPanel = component("ImageDetailPanel", ({ image }) => h("p", null, `Image ${image.id}`));
  const PluginSettings = component("PluginSettings", () => null);

  /** A list's filter, such as Stash's ListFilterModel. */
  function listFilter(criteria = {}) {
    const searchTerm = new URLSearchParams(window.location.search).get("q");
    return { criteria, searchTerm, makeFilter: () => criteria, clone: () => listFilter({ ...criteria }) };
  }

  function Menu({ extraOperations = [], filter }) {
    return h("ul", null, extraOperations.map(({ text, onClick }) =>
      h("li", { key: text }, h("button", { type: "button", onClick: () => onClick({}, filter, new Set()) }, text))));
  }

  // Up to v0.30 ImageList has the menu, whose entries get the filter of what is shown. From v0.31 on it is the grid in
  // FilteredImageList, whose entries get the filter without what the page around it adds.
  const ImageList = component("ImageList", ({ filterHook = (filter) => filter, isGrid, ...props }) =>
    (isGrid ? null : h(Menu, { ...props, filter: filterHook(listFilter()) })));
  const FilteredImageList = component("FilteredImageList", (props) =>
    h(React.Fragment, null, h(Menu, { ...props, filter: listFilter() }), h(ImageList, { isGrid: true })));

  function Images({ filterHook }) {
    return h(FakeStash.hasFilteredLists ? FilteredImageList : ImageList, { filterHook });
  }

  function PerformerImages() {
    const { id } = useParams();
    return h(Images, { filterHook: (filter) => {
      filter.criteria.performers = { value: [id], modifier: "INCLUDES" };
      return filter;
    } });
  }

  const SettingsToolsSection = component("SettingsToolsSection", container);

  function Tools() {
    const tool = (to, text) => h("div", { className: "setting" }, h(Link, { to }, text));
    return h(React.Fragment, null, h(SettingsToolsSection, null, tool("/playground", "GraphQL playground")),
      h(SettingsToolsSection, null, tool("/sceneFilenameParser", "Scene Filename Parser"), tool("/sceneDuplicateChecker", "Scene Duplicate Checker")));
  }

  function Settings() {
    const [plugins, set] = React.useState([]);
    React.useEffect(() => { FakeStash.ask("{ plugins { id } }").then((data) => set(data.plugins)); }, []);
    if (new URLSearchParams(window.location.search).get("tab") === "tools") return h(Tools);
    return plugins.map(({ id }) => h(PluginSettings, { key: id, pluginID: id }));
  }

  function ImagePage() {
    return h(ImageDetailPanel, { image: useParams() });
  }

  function Bar() {
    return h("nav", { className: "top-nav navbar fixed-top navbar-dark bg-dark", "aria-label": "Stash" },
      h(Link, { to: "/", className: "navbar-brand" }, "Stash"), h(Link, { to: "/images", className: "minimal" }, "Images"),
      h("div", { className: "navbar-buttons ml-auto d-flex" }, h(UtilityItems)));
  }

  function Content() {
    return h("div", { className: "main container-fluid" }, h(Switch, null,
      h(Route, { exact: true, path: "/", render: () => h("p", null, "This is a fake Stash server for tests.") }),
      h(Route, { path: "/images/:id", component: ImagePage }),
      h(Route, { path: "/images", component: Images }),
      h(Route, { path: "/performers/:id/images", component: PerformerImages }),
      h(Route, { path: "/settings", component: Settings }),
      h(PluginRoutes),
      h(Route, { render: () => h("h1", null, "Page not found.") })));
  }

  function Toasts({ children }) {
    const [toast, set] = React.useState(null);
    return h(FakeStash.ToastContext.Provider, { value: set }, children,
      toast && h("div", { className: "toast-container" },
        h(Toast, { autohide: true, delay: toast.delay ?? 3000, className: toast.variant ?? "success", onClose: () => set(null) },
          h(Toast.Header, null, h("span", { className: "mr-auto" }, toast.content)))));
  }

  /** Adds what plugins bring: Stash draws nothing before their scripts have run. */
  async function load(plugins) {
    const urls = (kind) => plugins.filter((plugin) => plugin.enabled).flatMap((plugin) => plugin.paths[kind] ?? []);
    for (const href of urls("css")) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
    await Promise.all(urls("javascript").map((src) => new Promise((done) => {
      const script = Object.assign(document.createElement("script"), { src, async: false, onload: done, onerror: done });
      document.head.append(script);
    })));
  }

  FakeStash.ask("{ version { version } plugins { enabled paths { javascript css } } }").then(async ({ version, plugins }) => {
    FakeStash.hasFilteredLists = Number(/^v0\.(\d+)/.exec(version.version)[1]) > 30;
    await load(plugins);
    const page = h(BrowserRouter, { basename: base }, h(Toasts, null, h(App, null, h(Bar), h(Content))));
    ReactDOM.render(page, document.getElementById("root"));
  });
})();
