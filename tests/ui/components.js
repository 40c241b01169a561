/** What views share, in one view: tests serve it in place of assets/page/review/Review.js. */

import { useFrame } from "../app/frame.js";
import { useNavigate } from "../app/place.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { Heading } from "../components/Heading.js";
import { NamePicker } from "../components/NamePicker.js";
import { Paging } from "../components/Paging.js";
import { RelativeTime } from "../components/RelativeTime.js";
import { Stars } from "../components/Stars.js";
import { Stats } from "../components/Stats.js";
import { Thumbnail } from "../components/Thumbnail.js";
import { useOperation } from "../hooks/useOperation.js";
import { useTask } from "../hooks/useTask.js";
import { useUnsaved } from "../hooks/useUnsaved.js";
import { h, useState } from "../react.js";

export function Review({ place }) {
  const { announce, confirm, notify } = useFrame();
  const { go, replace } = useNavigate();
  const [said, say] = useState("nothing");
  const [page, turn] = useState(1);
  const [rating, rate] = useState(50);
  const [isUnsaved, change] = useState(false);
  const { data, error, reload } = useOperation(place.id ? null : "runs", { page: 1, previews: true });
  const task = useTask("rules_preview");
  useUnsaved(isUnsaved);
  if (place.id === "broken") throw new Error("This view cannot be drawn.");
  const button = (text, onClick) => h("button", { type: "button", key: text, onClick }, text);
  return h("div", null, h(Heading, { text: `Components ${place.params.n ?? ""}` }),
    h("p", { id: "said" }, said), h("p", { id: "runs" }, data ? `${data.length} runs` : "no answer"),
    h(ErrorAlert, { error: error ?? task.error }),
    button("Ask", async () => {
      window.answer = await confirm({ title: "Sure?", body: h("p", null, "Really."), yes: "Do it" }); // also where this view is gone
    }),
    button("Announce", () => announce("It is done.")), button("Notify", () => notify("Look here.")),
    button("Next parameter", () => replace("review", "", { n: 2 })), button("Go to runs", () => go("runs")),
    button(isUnsaved ? "Save it" : "Change it", () => change(!isUnsaved)), button("Reload", reload),
    button("Start", async () => say(`run ${(await task.start({ ids: [] }))?.id}`)),
    h(Stats, { counts: { matched: 1234, planned: 0, failed: 0 }, names: ["matched", "planned", "failed"], always: ["planned"] }),
    h(Stars, { value: 70 }), h(Stars, { value: null }), h(Stars, { value: rating, onChange: rate, label: "My rating" }),
    h(Paging, { page, count: 120, size: 50, onPage: turn }), h(RelativeTime, { value: "2026-01-01T12:00:00Z" }),
    h(Thumbnail, { id: "1", size: "small", name: "one.png", among: ["1", "2"] }),
    h(NamePicker, { kind: "tags", label: "Tag", onPick: ({ id, name }) => say(`${name}, ${id}`), suggestions: [{ id: "7", name: "Near" }] }));
}
