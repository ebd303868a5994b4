// A card of the metrics grid. One that cannot be drawn says so, and tries again with the next data.
import { Component, type ReactNode, useId } from "react";

class Boundary extends Component<{ title: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate(before: { children: ReactNode }): void {
    if (this.state.failed && before.children !== this.props.children) this.setState({ failed: false });
  }

  override render(): ReactNode {
    return this.state.failed ? <p className="empty">“{this.props.title}” cannot be shown.</p> : this.props.children;
  }
}

export interface SectionProps {
  title: string;
  /** Where the section stands in the grid. */
  area?: string;
  /** Stands at the right of the title. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ title, area, aside, children }: SectionProps) {
  const id = useId();
  return (
    <section className={area ? `section-card section-card--${area}` : "section-card"} aria-labelledby={id}>
      <header className="section-card__header">
        <h2 id={id} className="section-card__title">
          {title}
        </h2>
        {aside}
      </header>
      <Boundary title={title}>{children}</Boundary>
    </section>
  );
}
