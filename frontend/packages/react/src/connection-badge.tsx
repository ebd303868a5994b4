// The connection, always in sight: one word, the age of the data; and the pause beside it.
import { connectionView } from "@switchboard/view";
import { memo } from "react";
import { useClient, useConnection } from "./context.tsx";
import { Icon } from "./icon.tsx";
import { useLocalNow } from "./now.ts";

export const ConnectionBadge = memo(function ConnectionBadge() {
  const status = useConnection((snapshot) => snapshot.status);
  const changedAt = useConnection((snapshot) => snapshot.changedAt);
  const confirmedAt = useConnection((snapshot) => snapshot.confirmedAt);
  const retryAt = useConnection((snapshot) => snapshot.retryAt);
  const problem = useConnection((snapshot) => snapshot.problem);
  const view = connectionView({ status, changedAt, confirmedAt, retryAt, problem }, useLocalNow());
  return (
    <div className={`connection connection--${view.tone}`} data-status={status} title={view.explanation}>
      <span className="connection__dot" aria-hidden="true" />
      {/* The word is announced when it changes; the age beside it ticks and is not. */}
      <span className="connection__word" role="status">
        {view.word}
      </span>
      {view.detail && <span className="connection__age">{view.detail}</span>}
    </div>
  );
});

/** Says what is wrong in a sentence, while something is. */
export const ConnectionNotice = memo(function ConnectionNotice() {
  const status = useConnection((snapshot) => snapshot.status);
  return status === "live" || status === "connecting" ? null : <Sentence />;
});

function Sentence() {
  const snapshot = useConnection((all) => all);
  const view = connectionView(snapshot, useLocalNow());
  if (view.tone !== "warning" && view.tone !== "error") return null;
  return (
    <p className={`connection-notice alert--${view.tone}`}>
      <Icon name={view.tone} />
      <span>
        <strong>{view.word}.</strong> {view.explanation}
      </span>
    </p>
  );
}

export const PauseButton = memo(function PauseButton() {
  const client = useClient();
  const paused = useConnection((snapshot) => snapshot.paused);
  const waiting = useConnection((snapshot) => snapshot.waiting);
  return (
    <button
      type="button"
      className={paused ? "button button--paused" : "button"}
      aria-pressed={paused}
      onClick={() => (paused ? client.unpause() : client.pause())}
    >
      <Icon name={paused ? "play" : "pause"} />
      <span>{paused ? "Resume" : "Pause"}</span>
      {paused && <span className="button__count">{waiting === 1 ? "1 update waiting" : `${waiting} updates waiting`}</span>}
    </button>
  );
});
