/* Up to 0.2.0 the page was here, at /plugin/<id>/assets/. Its links lead to the page's route in Stash. */
location.replace(`${location.pathname.replace(/\/plugin\/[^/]+\/assets.*$/, "")}/plugins/image-tools${location.hash}`);
