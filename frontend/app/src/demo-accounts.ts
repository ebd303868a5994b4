// Accounts that a demonstration offers for signing in; a real server's page embeds none.

export interface DemoAccount {
  email: string;
  password: string;
  role: string;
  label: string;
}

const isAccount = (value: unknown): value is DemoAccount =>
  typeof value === "object" && value !== null && "email" in value && "password" in value && "label" in value;

export function demoAccounts(): DemoAccount[] {
  try {
    const parsed: unknown = JSON.parse(document.getElementById("demo-accounts")?.textContent ?? "[]");
    return Array.isArray(parsed) ? parsed.filter(isAccount) : [];
  } catch {
    return [];
  }
}
