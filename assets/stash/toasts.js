/* When one of our tasks ends, a toast with what it did: Stash shows a green tick for one that failed, too. */
window.ImageTools?.part(() => {
  const { api, React, base, plugin, modules, guarded } = window.ImageTools;

  function Watcher() {
    const toast = api.hooks.useToast();
    const { data } = api.GQL.useJobsSubscribeSubscription();
    const event = data?.jobsSubscribe;
    const ended = event?.type === "REMOVE" ? event.job : null;
    const told = React.useRef(null);
    React.useEffect(() => {
      if (!ended || ended.id === told.current) return;
      told.current = ended.id;
      modules.then((loaded) => tell(loaded, toast, ended)).catch(() => {});
    }, [ended, toast]);
    return null;
  }

  async function tell(loaded, toast, job) {
    const said = await loaded.said(base, plugin, job);
    if (!said) return;
    // What Stash has drawn before is older than what the run wrote.
    if (said.wrote) api.utils.StashService.getClient?.().refetchQueries({ include: "active" });
    toast.toast({ content: said.text, variant: said.tone, delay: 8000, priority: 100 }); // as Stash's errors
  }

  api.patch.before("App", (props, ...rest) => [
    { ...props, children: React.createElement(React.Fragment, null, props.children, guarded(Watcher)) }, ...rest,
  ]);
});
