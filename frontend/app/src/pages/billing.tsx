// A tenant's plan, the others on offer, and its bills.
import { BillingSection, PlanSection, RecentActivities, useDashboard, type UserDashboardData } from "@switchboard/react";
import { useMemo } from "react";
import type { Api } from "../api.ts";
import { Plans } from "./plans.tsx";

export function Billing({ api }: { api: Api }) {
  const plan = useDashboard((data: UserDashboardData) => data.subscription_info);
  const billing = useDashboard((data: UserDashboardData) => data.billing_info);
  const payments = useMemo(() => billing && { recent_payments: billing.recent_payments }, [billing]);
  const role = useDashboard((data) => data.user_info?.role);
  if (role === undefined) return <p className="empty">Loading …</p>;
  if (!plan || !billing || !payments) return <p className="empty">Only the owner of a business has a plan.</p>;
  return (
    <div className="broadcasts">
      <PlanSection data={plan} />
      <BillingSection data={billing} />
      <Plans api={api} info={plan} />
      <RecentActivities activities={payments} />
      <div>
        <p>
          <a href="/payments">All payments</a> · <a href="/payments?status=failed">Failed payments</a>
        </p>
        <p className="quiet-line">The payment provider charges and renews by itself.</p>
      </div>
    </div>
  );
}
