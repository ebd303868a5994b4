// How the components are put together without templates: `h`, held against the types of a component's props.
import { type Component, computed, type ComputedRef, h, type VNode, type VNodeChild } from "vue";

type Slot = () => VNodeChild;

/** A component with its props; what stands inside it is a function, or several by name. */
export function part<P extends object>(
  component: new (props: P) => unknown,
  props: NoInfer<P>,
  inside?: Slot | Readonly<Record<string, Slot>>,
): VNode {
  return h(component as Component, props, inside);
}

/** Computed from a piece of the data, and anew only when that piece is another object or value. */
export function derived<P, T>(pick: () => P, compute: (piece: P) => T): ComputedRef<T> {
  const piece = computed(pick);
  return computed(() => compute(piece.value));
}
