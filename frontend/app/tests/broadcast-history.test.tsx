// Who sent, changed and withdrew a broadcast, as an admin reads it.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { dialog, inside, playVisits, press } from "./visit.tsx";
import { page, refusal, world } from "./world.ts";

playVisits();

const ROW = {
  id: 5, severity: "warning", title: "Outage", message: "", url: "", target_roles: ["agent"], status: "withdrawn", starts_at: "2026-01-01T09:00:00Z",
  expires_at: null, created_by_email: "ada@example.com",
};
const SENT = { title: [null, "Outage"], message: [null, ""], severity: [null, "warning"], url: [null, ""], target_roles: [null, ["agent"]], starts_at: [null, "2026-01-01T09:00:00+00:00"], expires_at: [null, null] };
const CHANGED = { title: ["Outage", "Outage is over"], target_roles: [["agent"], ["user", "agent"]], expires_at: [null, "2026-01-02T09:00:00+00:00"], message: ["", "Thanks."] };

test("each deed: who, when, and what it said before; also of what is withdrawn", async () => {
  world.answers["GET /api/system-alerts/"] = () => page(ROW);
  world.answers["GET /api/system-alerts/5/history/"] = () =>
    page(
      { id: 11, action: "sent", at: "2026-01-01T09:00:00Z", by: 1, by_email: "ada@example.com", values: SENT },
      { id: 12, action: "changed", at: "2026-01-01T09:30:00Z", by: 2, by_email: "grace@example.com", values: CHANGED },
      { id: 13, action: "withdrawn", at: "2026-01-01T10:00:00Z", by: null, by_email: null, values: {} },
    );
  await inside("admin", "/broadcasts");
  await waitFor(() => screen.getByText(/by ada@example.com/));
  await press(/^History.*Outage$/);
  await waitFor(() => dialog().getByText("Sent"));
  const [sent, changed, withdrawn] = within(dialog().getByRole("list", { name: "History" })).getAllByRole("listitem").map(({ textContent }) => textContent);
  expect(sent).toMatch(/^SentTitle: “Outage”Severity: WarningFor: AgentsStarts: .+by ada@example\.com · /);
  expect(sent).not.toMatch(/Message|Leads to|Expires/);
  expect(changed).toMatch(/^ChangedTitle: “Outage” → “Outage is over”Message: — → “Thanks\.”For: Agents → Users, AgentsExpires: never → .+by grace@example\.com · /);
  expect(withdrawn).toMatch(/^Withdrawnby the operator · /);
  await press("Close", dialog());
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a history that cannot be loaded says so", async () => {
  world.answers["GET /api/system-alerts/"] = () => page(ROW);
  world.answers["GET /api/system-alerts/5/history/"] = () => refusal(503, "unavailable", "The database cannot be reached.");
  await inside("admin", "/broadcasts");
  await waitFor(() => screen.getByRole("button", { name: /^History.*Outage$/ }));
  await press(/^History.*Outage$/);
  await waitFor(() => dialog().getByText("The database cannot be reached."));
});
