// The words of the rows of lists: what stands in a row's first line and in its second.
import { duration, words } from "./format.ts";
import type { AssignedTask, RecentActivities, RecentCall, UpcomingCallback, WaitingCall } from "./types.ts";

export interface RowText {
  main: string;
  sub: string;
}

type NewUser = NonNullable<RecentActivities["new_users"]>[number];

const dotted = (...parts: (string | null | undefined | false)[]): string => parts.filter(Boolean).join(" · ");

export const waitingCallText = ({ customer_name, phone_number, priority }: WaitingCall): RowText => ({
  main: customer_name || phone_number,
  sub: dotted(customer_name && phone_number, `Priority ${priority}`),
});

export const taskText = ({ title, kind, priority }: AssignedTask): RowText => ({ main: title, sub: dotted(words(kind), `Priority ${priority}`) });

/** Calls and callbacks are counted apart: their ids may be equal. */
export const taskKey = ({ kind, id }: AssignedTask): string => `${kind}-${id}`;

export const upcomingCallbackText = ({ customer_name, customer_phone, reason }: UpcomingCallback): RowText => ({
  main: customer_name || customer_phone,
  sub: dotted(reason, customer_name && customer_phone),
});

export const newUserText = ({ full_name, email, role }: NewUser): RowText => ({ main: full_name || email, sub: dotted(words(role), email) });

export const recentCallText = ({ phone_number, call_type, agent_name, notes }: RecentCall): RowText => ({
  main: phone_number,
  sub: dotted(words(call_type), agent_name, notes),
});

/** Stands before the time of a call that has ended; empty for others. */
export const callLength = ({ duration: seconds }: RecentCall): string =>
  seconds === null || seconds === undefined ? "" : `${duration(seconds)} · `;

const TONES: Readonly<Record<string, string>> = {
  failed: "error",
  no_answer: "quiet",
  busy: "quiet",
  canceled: "quiet",
  in_progress: "success",
  forwarding: "success",
  active: "success",
  paid: "success",
  completed: "success",
  past_due: "warning",
  unpaid: "error",
};

/** The tone that goes with the word of a state. */
export const stateTone = (state: string | null | undefined): string => TONES[state ?? ""] ?? "quiet";
