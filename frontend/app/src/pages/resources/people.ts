// People who sign in: everybody for admins, one's agents for a tenant.
import { choices, type Field } from "../../forms/fields.ts";
import { words } from "@switchboard/view";
import { column, type Resource, type Row, whom, YES_NO } from "./types.ts";

const names = (row: Row): readonly Field[] => [
  { name: "first_name", label: "First name", kind: "text", maxLength: 150, value: String(row.first_name ?? "") },
  { name: "last_name", label: "Last name", kind: "text", maxLength: 150, value: String(row.last_name ?? "") },
  { name: "phone", label: "Phone", kind: "tel", value: String(row.phone ?? "") },
];

const isAnother = (row: Row, { id }: { id: number }) => row.id !== id;

export const users: Resource = {
  title: "Users",
  titles: { user: "Agents" },
  endpoint: "/api/users/",
  roles: ["admin", "user"],
  columns: [
    column("Name", "text", "full_name"),
    column("Email", "text", "email"),
    column("Role", "words", "role", ["admin"]),
    column("Works for", "text", "owner_email", ["admin"]),
    column("Employee id", "text", "employee_id"),
    column("State", "state", "account_status"),
    column("Since", "moment", "created_at"),
  ],
  filters: [
    { name: "role", label: "Role", options: choices(["admin", "user", "agent"]), roles: ["admin"] },
    { name: "is_active", label: "Active", options: YES_NO },
  ],
  listActions: [
    {
      label: "Invite an agent",
      roles: ["user"],
      fields: (row) => [
        { name: "email", label: "Email", kind: "email", required: true },
        { name: "employee_id", label: "Employee id", kind: "text", required: true, maxLength: 32 },
        ...names(row),
      ],
      run: async (api, _row, values) => {
        const agent = await api.post<Row>("/api/users/invite/", values);
        return {
          text: `${String(agent.email)} can sign in with the password ${String(agent.initial_password)} — it is shown only here; have it changed.`,
          link: { url: `/users?id=${agent.id}`, text: "Show the agent" },
        };
      },
    },
  ],
  actions: [
    {
      label: "Edit",
      submit: "Save",
      roles: ["admin", "user"],
      fields: names,
      run: async (api, row, values) => {
        const user = await api.patch<Row>(`/api/users/${row.id}/`, values);
        return { text: `${whom(user)} saved.` };
      },
    },
    {
      label: "Change role",
      roles: ["admin"],
      when: isAnother,
      fields: (row) => [
        { name: "role", label: "Role", kind: "select", required: true, value: String(row.role), options: choices(["admin", "user", "agent"]) },
        {
          name: "owner", label: "Works for", kind: "select", numeric: true, value: row.owner as number | null, hint: "For an agent only.",
          load: async (api) => {
            const { results } = await api.get<{ results: Row[] }>("/api/users/?role=user&page_size=100&ordering=email");
            return results.map(({ id, email }) => ({ value: String(id), label: String(email) }));
          },
        },
        { name: "employee_id", label: "Employee id", kind: "text", maxLength: 32, value: String(row.employee_id ?? ""), hint: "For an agent only." },
      ],
      run: async (api, row, { role, owner, employee_id }) => {
        const forAgents = { ...(owner !== undefined && { owner }), ...(employee_id !== "" && { employee_id }) };
        const user = await api.post<Row>(`/api/users/${row.id}/role/`, { role, ...(role === "agent" && forAgents) });
        return { text: `${whom(user)} is now: ${words(String(user.role)).toLowerCase()}.` };
      },
    },
    {
      label: "Disable",
      roles: ["admin", "user"],
      when: (row, viewer) => row.account_status === "active" && isAnother(row, viewer),
      confirm: (row) => `Disable ${whom(row)}? Every sign-in of theirs ends at once.`,
      run: async (api, row) => {
        await api.post(`/api/users/${row.id}/disable/`);
        return { text: `${whom(row)} is disabled and signed out everywhere.` };
      },
    },
    {
      label: "Enable",
      primary: true,
      roles: ["admin", "user"],
      when: (row) => row.account_status === "disabled",
      run: async (api, row) => {
        await api.post(`/api/users/${row.id}/enable/`);
        return { text: `${whom(row)} may sign in again.` };
      },
    },
  ],
  empty: "Nobody here.",
};
