/*
 * Inside Stash's own UI. This and the files after it are one classic script that Stash joins and runs before it draws
 * anything; what they show comes from the page's modules, which are loaded meanwhile. Where Stash's PluginApi is not
 * what it was, a part stays away, in silence, and the others are there.
 */
(() => {
  const api = window.PluginApi;
  const source = document.currentScript?.src ?? "";
  const plugin = decodeURIComponent(/\/plugin\/([^/]+)\/javascript/.exec(source)?.[1] ?? "");
  if (!api?.React || !plugin) return;
  const { React } = api;
  const base = new URL(document.baseURI).pathname;

  async function load() {
    const response = await fetch(`${base}graphql`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ query: "{ plugins { id version } }" }),
    });
    const { data } = await response.json();
    const { version } = data.plugins.find((found) => found.id === plugin);
    // The version stands in the path, so that no module of an older one comes from the browser's cache.
    return import(`${base}plugin/${encodeURIComponent(plugin)}/assets/${version}/page/in-stash.js`);
  }

  const modules = load();
  modules.catch(() => {});

  /** The page's modules once they are loaded, null until then. A hook of React's. */
  function useModules() {
    const [loaded, set] = React.useState(null);
    React.useEffect(() => {
      let here = true;
      modules.then((found) => here && set(found), () => {});
      return () => { here = false; };
    }, []);
    return loaded;
  }

  /** Keeps what goes wrong in one of our parts from taking Stash's page with it. */
  class Guard extends React.Component {
    constructor(props) {
      super(props);
      this.state = { failed: false };
    }

    static getDerivedStateFromError() {
      return { failed: true };
    }

    render() {
      return this.state.failed ? null : this.props.children;
    }
  }

  const guarded = (component, props) => React.createElement(Guard, null, React.createElement(component, props));

  /** Registers one part; a part that Stash no longer has room for is left out. */
  function part(register) {
    try {
      register();
    } catch {
      // Another version of Stash: the other parts still work.
    }
  }

  window.ImageTools = { api, React, base, plugin, modules, useModules, guarded, part, route: "/plugins/image-tools" };
})();
