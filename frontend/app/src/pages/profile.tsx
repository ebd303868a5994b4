// One's own account: names, time zone, password, sign-ins.
import { type AgentDashboardData, Moment, PerformanceSection, Section, useDashboard } from "@switchboard/react";
import { words } from "@switchboard/view";
import { useMemo } from "react";
import type { Api } from "../api.ts";
import { FieldForm } from "../forms/field-form.tsx";
import type { Field, Values } from "../forms/fields.ts";
import { useSay } from "../said.tsx";
import { Facts, SignIns } from "./facts.tsx";
import { useFetched } from "./use-fetched.ts";

interface OwnProfile {
  email: string;
  role: string;
  first_name: string;
  last_name: string;
  user_name: string;
  phone: string;
  timezone: string;
  owner_email: string | null;
  is_verified: boolean;
  created_at: string;
}

export interface ProfileProps {
  api: Api;
  onLeaveEverywhere: () => void;
  /** Every sign-in has ended, also this one. */
  onPasswordChanged: () => void;
}

const HINTS: Readonly<Record<string, string>> = {
  admin: "Your dashboard's times are those of the platform's zone.",
  user: "“Today” and “this month” begin at its midnight: for your dashboard and for your agents'.",
  agent: "Your dashboard's times are those of your organisation's zone.",
};

const zones = (present: string) =>
  [...new Set(["UTC", present, ...Intl.supportedValuesOf("timeZone")])].map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));

export function Profile({ api, onLeaveEverywhere, onPasswordChanged }: ProfileProps) {
  const { value: profile, problem, set } = useFetched<OwnProfile>(api, "/api/profile/");
  const performance = useDashboard((data: AgentDashboardData) => data.performance_metrics);
  const employee = useDashboard((data: AgentDashboardData) => data.agent_info?.employee_id);
  const say = useSay();
  const fields = useMemo<readonly Field[]>(
    () =>
      profile
        ? [
            { name: "first_name", label: "First name", kind: "text", maxLength: 150, value: profile.first_name, autoComplete: "given-name" },
            { name: "last_name", label: "Last name", kind: "text", maxLength: 150, value: profile.last_name, autoComplete: "family-name" },
            { name: "user_name", label: "User name", kind: "text", value: profile.user_name, autoComplete: "nickname" },
            { name: "phone", label: "Phone", kind: "tel", value: profile.phone, autoComplete: "tel" },
            {
              name: "timezone", label: "Time zone", kind: "select", required: true, value: profile.timezone, options: zones(profile.timezone),
              ...(HINTS[profile.role] && { hint: HINTS[profile.role] }),
            },
          ]
        : [],
    [profile],
  );
  if (!profile) return <p className="empty">{problem ?? "Loading …"}</p>;
  const save = async (values: Values) => {
    set(await api.patch<OwnProfile>("/api/profile/", values));
    say({ text: "Your profile is saved." });
  };
  return (
    <div className="broadcasts">
      <Section title="Account">
        <Facts
          facts={[
            ["Email", profile.email],
            ["Role", words(profile.role)],
            ...(profile.owner_email ? ([["Works for", profile.owner_email], ["Employee id", employee]] as const) : []),
            ["Since", <Moment key="since" instant={profile.created_at} />],
          ]}
        />
        <FieldForm api={api} fields={fields} submit="Save" onSubmit={save} />
      </Section>
      {performance && <PerformanceSection data={performance} />}
      <Password api={api} onChanged={onPasswordChanged} />
      <SignIns onLeaveEverywhere={onLeaveEverywhere} />
    </div>
  );
}

const PASSWORD_FIELDS: readonly Field[] = [
  { name: "current_password", label: "Present password", kind: "password", required: true, autoComplete: "current-password" },
  {
    name: "new_password", label: "New password", kind: "password", required: true, autoComplete: "new-password",
    hint: "Changing it ends every sign-in, also this one: sign in again with the new one.",
  },
];

function Password({ api, onChanged }: { api: Api; onChanged: () => void }) {
  const change = async (values: Values) => {
    await api.post("/api/profile/password/", values);
    onChanged();
  };
  return (
    <Section title="Password">
      <FieldForm api={api} fields={PASSWORD_FIELDS} submit="Change password" onSubmit={change} />
    </Section>
  );
}
