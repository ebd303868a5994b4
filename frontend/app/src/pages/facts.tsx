// Names and values, and what one may do about one's sign-ins.
import { Icon, Section } from "@switchboard/react";
import { type ReactNode, useState } from "react";

export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value || "—"}</dd>
        </div>
      ))}
    </dl>
  );
}

export function SignIns({ onLeaveEverywhere }: { onLeaveEverywhere: () => void }) {
  const [sure, setSure] = useState(false);
  return (
    <Section title="Sign-ins">
      <p className="quiet-line">Signing out everywhere ends every sign-in of this account, on all devices, at once.</p>
      <p>
        <button type="button" className="button" onClick={() => (sure ? onLeaveEverywhere() : setSure(true))}>
          <Icon name="signout" /> {sure ? "Really sign out everywhere" : "Sign out everywhere"}
        </button>
      </p>
    </Section>
  );
}
