// A region that scrolls sideways when it must, by keyboard too: it takes the focus only while it has more to show.
import { watchOverflow } from "@switchboard/view";
import { defineComponent, h, onBeforeUnmount, onMounted, ref, shallowRef } from "vue";

export const Scroll = defineComponent(
  function Scroll(props: { label: string }, { slots }) {
    const box = shallowRef<HTMLElement | null>(null);
    const scrolls = ref(false);
    let stop: (() => void) | undefined;
    onMounted(() => {
      if (box.value) stop = watchOverflow(box.value, (more) => (scrolls.value = more));
    });
    onBeforeUnmount(() => stop?.());
    return () =>
      h(
        "div",
        { ref: box, class: "table-scroll", ...(scrolls.value && { tabindex: 0, role: "group", "aria-label": props.label }) },
        slots.default?.(),
      );
  },
  { props: ["label"] },
);
