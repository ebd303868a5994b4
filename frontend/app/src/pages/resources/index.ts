// The lists by the address of their page, and the pages of each role.
import type { Role } from "@switchboard/react";
import { aiAgents } from "./ai-agents.ts";
import { payments, subscriptions } from "./billing.ts";
import { callbacks, customers } from "./callbacks.ts";
import { calls, queue } from "./calls.ts";
import { users } from "./people.ts";
import type { Resource } from "./types.ts";

export const RESOURCES: Readonly<Record<string, Resource>> = {
  calls,
  queue,
  callbacks,
  payments,
  customers,
  subscriptions,
  users,
  "ai-agents": aiAgents,
};

const OWN_PAGES: Readonly<Record<Role, readonly { page: string; title: string }[]>> = {
  admin: [
    { page: "broadcasts", title: "Broadcasts" },
    { page: "settings", title: "Settings" },
    { page: "profile", title: "Profile" },
  ],
  user: [
    { page: "billing", title: "Billing" },
    { page: "profile", title: "Profile" },
  ],
  agent: [{ page: "profile", title: "Profile" }],
};

export const titleFor = ({ title, titles }: Resource, role: Role | undefined): string => (role && titles?.[role]) ?? title;

/** The pages in the navigation of a role; "" is the dashboard. */
export function linksFor(role: Role): { page: string; title: string; query?: string | undefined }[] {
  const lists = Object.entries(RESOURCES).flatMap(([page, resource]) =>
    resource.roles.includes(role) ? [{ page, title: titleFor(resource, role), query: resource.opensAt }] : [],
  );
  return [{ page: "", title: "Dashboard" }, ...lists, ...OWN_PAGES[role]];
}
