// A card of the metrics grid. One that cannot be drawn says so, and tries again with the next data.
import { defineComponent, h, onErrorCaptured, ref, useId, type VNodeChild, watch } from "vue";
import { part } from "./part.ts";

/** Renders what it is given in a component of its own, so that the one above may catch what fails in it. */
const Inside = defineComponent(function Inside(_: object, { slots }) {
  return () => slots.default?.();
});

const Boundary = defineComponent(
  function Boundary(props: { title: string; turn: number }, { slots }) {
    const failed = ref(false);
    onErrorCaptured((error) => {
      failed.value = true;
      console.error(error);
      return false;
    });
    watch(() => props.turn, () => (failed.value = false), { flush: "sync" });
    return () => (failed.value ? h("p", { class: "empty" }, `“${props.title}” cannot be shown.`) : part(Inside, {}, () => slots.default?.()));
  },
  { props: ["title", "turn"] },
);

export interface SectionProps {
  title: string;
  /** Where the section stands in the grid. */
  area?: string;
}

/** `aside` stands at the right of the title. */
export const Section = defineComponent(
  function Section(props: SectionProps, { slots }) {
    const id = useId();
    let turn = 0; // each new data renders this anew
    return () =>
      h("section", { class: props.area ? `section-card section-card--${props.area}` : "section-card", "aria-labelledby": id }, [
        h("header", { class: "section-card__header" }, [
          h("h2", { id, class: "section-card__title" }, props.title),
          slots.aside?.(),
        ]),
        part(Boundary, { title: props.title, turn: (turn += 1) }, () => slots.default?.()),
      ]);
  },
  { props: ["title", "area"] },
);

export const section = (props: SectionProps, inside: () => VNodeChild, aside?: () => VNodeChild) =>
  part(Section, props, { default: inside, ...(aside && { aside }) });
