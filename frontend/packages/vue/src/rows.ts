// A list whose rows render one by one: a row is drawn again only if its own item is another object.
import { type Component, defineComponent, h, type VNode, type VNodeChild } from "vue";

type Key = string | number;

interface RowProps {
  item: unknown;
  render: (item: never) => VNodeChild;
}

const Row = defineComponent(
  function Row(props: RowProps) {
    return () => props.render(props.item as never);
  },
  { props: ["item", "render"] },
);

export interface RowsProps<T> {
  items: readonly T[];
  /** Must be the same function from render to render. */
  render: (item: T) => VNodeChild;
  identify?: (item: T) => Key;
  /** What stands in the place of an empty list. */
  empty: string;
  class?: string;
  label: string;
}

const byId = (item: unknown): Key => (item as { id: Key }).id;

export const Rows = defineComponent(
  function Rows<T>(props: Omit<RowsProps<T>, "class">, { attrs }: { attrs: Record<string, unknown> }) {
    return () => {
      const { items, render, identify = byId, empty, label } = props;
      if (items.length === 0) return h("p", { class: "empty" }, empty);
      return h(
        "ul",
        { class: attrs.class ?? "row-list", "aria-label": label },
        items.map((item) => h(Row, { key: identify(item), item, render })),
      );
    };
  },
  { props: ["items", "render", "identify", "empty", "label"], inheritAttrs: false },
);

export const rows = <T>(props: RowsProps<T>): VNode => h(Rows as Component, props);
