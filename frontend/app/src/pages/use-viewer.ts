// Who looks at the page, as far as it matters for what they may do; null until the dashboard is there.
import { useDashboard } from "@switchboard/react";
import { useMemo } from "react";
import type { Viewer } from "./resources/types.ts";

export function useViewer(): Viewer | null {
  const id = useDashboard((data) => data.user_info?.id);
  const role = useDashboard((data) => data.user_info?.role);
  return useMemo(() => (id !== undefined && role !== undefined ? { id, role } : null), [id, role]);
}
