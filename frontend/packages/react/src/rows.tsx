// A list whose rows render one by one: a row is drawn again only if its own item is another object.
import { memo, type ReactNode } from "react";

type Key = string | number;

interface RowProps<T> {
  item: T;
  render: (item: T) => ReactNode;
}

const Row = memo(function Row({ item, render }: RowProps<unknown>) {
  return render(item);
}) as <T>(props: RowProps<T>) => ReactNode;

export interface RowsProps<T> {
  items: readonly T[];
  /** Must be the same function from render to render. */
  render: (item: T) => ReactNode;
  identify?: (item: T) => Key;
  /** What stands in the place of an empty list. */
  empty: string;
  className?: string;
  label: string;
}

const byId = (item: unknown): Key => (item as { id: Key }).id;

export function Rows<T>({ items, render, identify = byId, empty, className = "row-list", label }: RowsProps<T>) {
  if (items.length === 0) return <p className="empty">{empty}</p>;
  return (
    <ul className={className} aria-label={label}>
      {items.map((item) => (
        <Row key={identify(item)} item={item} render={render} />
      ))}
    </ul>
  );
}
