// An admin's settings: how the platform is set up, to read; and the tools beside this page.
import { Section } from "@switchboard/react";
import type { Api } from "../api.ts";
import { Facts, SignIns } from "./facts.tsx";
import { useFetched } from "./use-fetched.ts";

interface PlatformSettings {
  currency: string;
  time_zone: string;
  places_calls: boolean;
  charges_cards: boolean;
  limits: {
    page_size: number;
    max_page_size: number;
    access_token_seconds: number;
    refresh_token_seconds: number;
    rates: Record<string, string | null>;
  };
}

const TOOLS = [
  ["/broadcasts", "Broadcasts", "Write to everybody of a role, now or at a set time."],
  ["/django-admin/", "Data", "Every record of the platform, in Django's admin."],
  ["/swagger/", "REST interface", "What programs may ask and do."],
  ["/asyncapi/", "WebSocket interface", "The frames that bring this page its figures."],
] as const;

const RATES: readonly (readonly [string, string])[] = [
  ["sign_in_address", "Sign-ins from an address"],
  ["sign_in_email", "Sign-ins of an email"],
  ["token_address", "Tokens for an address"],
  ["password_user", "Password changes of a user"],
];

export function Settings({ api, onLeaveEverywhere }: { api: Api; onLeaveEverywhere: () => void }) {
  const { value: settings, problem } = useFetched<PlatformSettings>(api, "/api/settings/");
  return (
    <div className="broadcasts">
      <Section title="Platform">
        {settings ? <Platform settings={settings} /> : <p className="empty">{problem ?? "Loading …"}</p>}
        <p className="quiet-line">Whoever operates the server changes these, in its environment.</p>
      </Section>
      <Section title="Tools">
        <ul className="row-list">
          {TOOLS.map(([url, title, text]) => (
            <li key={url} className="row">
              <span className="row__text">
                <a className="row__main" href={url}>
                  {title}
                </a>
                <span className="row__sub">{text}</span>
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <SignIns onLeaveEverywhere={onLeaveEverywhere} />
    </div>
  );
}

const UNITS = [[86_400, "day"], [3_600, "hour"], [60, "minute"], [1, "second"]] as const;

/** A length of time that somebody chose: in the largest unit that it is a whole number of. */
function span(seconds: number): string {
  const [length, unit] = UNITS.find(([each]) => seconds % each === 0) ?? UNITS[3];
  return `${seconds / length} ${unit}${seconds === length ? "" : "s"}`;
}

/** `120/min` → 120 per minute. */
function rate(text: string | null | undefined): string {
  const [count, period] = text?.split("/") ?? [];
  if (count === undefined || period === undefined) return "No limit";
  const unit = UNITS.find(([, name]) => name.startsWith(period.charAt(0)))?.[1] ?? period;
  return `${Number(count).toLocaleString("en")} per ${unit}`;
}

function Platform({ settings }: { settings: PlatformSettings }) {
  const { limits } = settings;
  return (
    <Facts
      facts={[
        ["Currency", settings.currency],
        ["Time zone", settings.time_zone.replaceAll("_", " ")],
        ["Places calls", settings.places_calls ? "Yes" : "No, no telephony provider is set up"],
        ["Charges cards", settings.charges_cards ? "Yes" : "No, no payment provider is set up"],
        ["Rows in a list", `${limits.page_size} (${limits.max_page_size} at most)`],
        ["Access token", span(limits.access_token_seconds)],
        ["Sign-in lasts", span(limits.refresh_token_seconds)],
        ...RATES.map(([key, label]) => [label, rate(limits.rates[key])] as const),
      ]}
    />
  );
}
