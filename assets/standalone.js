/** The page of its own, at /plugin/<id>/assets/: finds out where it is and which version to load, and mounts it. */

const [, root, plugin] = /^(.*?)\/plugin\/([^/]+)\/assets\//.exec(new URL(import.meta.url).pathname);
const base = `${root}/`;
const element = document.getElementById("image-tools");

async function version() {
  const response = await fetch(`${base}graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ query: "{ plugins { id version } }" }),
  });
  if (response.status === 401) {
    location.replace(`${base}login?returnURL=${encodeURIComponent(location.href)}`);
    return new Promise(() => {});
  }
  const { data } = await response.json();
  return data.plugins.find((found) => found.id === decodeURIComponent(plugin)).version;
}

/** Whether another website shows this page inside its own, at whatever depth: it could lead clicks astray. */
function isFramedByAnother() {
  try {
    for (let frame = self; frame !== top; frame = frame.parent) {
      if (frame.parent.location.origin !== location.origin) return true;
    }
    return false;
  } catch {
    return true; // the address of another website cannot even be read
  }
}

async function start() {
  // The version stands in the path, so that no module of an older one comes from the browser's cache.
  const page = await import(`${base}plugin/${plugin}/assets/${await version()}/page/mount.js`);
  page.mount(element, { base });
}

try {
  if (isFramedByAnother()) element.textContent = "Image Tools is not shown inside another website. Open it by itself.";
  else await start();
} catch (error) {
  element.textContent = `Image Tools cannot start: ${error.message}`;
}
