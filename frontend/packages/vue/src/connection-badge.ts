// The connection, always in sight: one word, the age of the data; and the pause beside it.
import { connectionView } from "@switchboard/view";
import { computed, defineComponent, h } from "vue";
import { useClient, useConnection } from "./context.ts";
import { icon } from "./icon.ts";
import { useLocalNow } from "./now.ts";
import { part } from "./part.ts";

export const ConnectionBadge = defineComponent(function ConnectionBadge() {
  const snapshot = useConnection((all) => all);
  const now = useLocalNow();
  return () => {
    const view = connectionView(snapshot.value, now.value);
    return h("div", { class: `connection connection--${view.tone}`, "data-status": snapshot.value.status, title: view.explanation }, [
      h("span", { class: "connection__dot", "aria-hidden": "true" }),
      // The word is announced when it changes; the age beside it ticks and is not.
      h("span", { class: "connection__word", role: "status" }, view.word),
      view.detail && h("span", { class: "connection__age" }, view.detail),
    ]);
  };
});

/** Says what is wrong in a sentence, while something is. */
export const ConnectionNotice = defineComponent(function ConnectionNotice() {
  const status = useConnection((snapshot) => snapshot.status);
  return () => (status.value === "live" || status.value === "connecting" ? null : part(Sentence, {}));
});

const Sentence = defineComponent(function Sentence() {
  const snapshot = useConnection((all) => all);
  const now = useLocalNow();
  const view = computed(() => connectionView(snapshot.value, now.value));
  return () => {
    const { tone, word, explanation } = view.value;
    if (tone !== "warning" && tone !== "error") return null;
    return h("p", { class: `connection-notice alert--${tone}` }, [icon(tone), h("span", [h("strong", `${word}.`), ` ${explanation}`])]);
  };
});

export const PauseButton = defineComponent(function PauseButton() {
  const client = useClient();
  const paused = useConnection((snapshot) => snapshot.paused);
  const waiting = useConnection((snapshot) => snapshot.waiting);
  const toggle = () => (paused.value ? client.unpause() : client.pause());
  return () =>
    h(
      "button",
      { type: "button", class: paused.value ? "button button--paused" : "button", "aria-pressed": paused.value, onClick: toggle },
      [
        icon(paused.value ? "play" : "pause"),
        h("span", paused.value ? "Resume" : "Pause"),
        paused.value &&
          h("span", { class: "button__count" }, waiting.value === 1 ? "1 update waiting" : `${waiting.value} updates waiting`),
      ],
    );
});
