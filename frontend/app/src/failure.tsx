// What stands in the place of a page that could not be drawn: the rest of the screen goes on.
import { Icon } from "@switchboard/react";
import { Component, type ReactNode } from "react";

export class Failure extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="alert alert--error" role="alert">
        <Icon name="error" />
        <div className="alert__text">
          <p className="alert__title">This page could not be shown.</p>
          <p className="alert__message">Your sign-in and the connection are as they were.</p>
        </div>
        <button type="button" className="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </div>
    );
  }
}
