// The icons, as paths of a 24 × 24 drawing with a stroke; drawn for this project.

export const ICONS = {
  users: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.4a3.5 3.5 0 0 1 0 6.2M18 14.4c2.1.9 3.5 2.9 3.5 5.6",
  user: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c0-4 3.3-6.5 7.5-6.5s7.5 2.5 7.5 6.5",
  layers: "M12 3 21 8l-9 5-9-5 9-5ZM3.5 12.2 12 17l8.5-4.8M3.5 16.2 12 21l8.5-4.8",
  wallet: "M4 7.5h14.5a1.5 1.5 0 0 1 1.5 1.5v9.5a1.5 1.5 0 0 1-1.5 1.5H5.5A2.5 2.5 0 0 1 3 17.5V6.5A2.5 2.5 0 0 1 5.5 4H17M16.2 13.7h.1",
  phone: "M6.2 3.5h3l1.6 4.3-2.1 1.5a12 12 0 0 0 6 6l1.5-2.1 4.3 1.6v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.2 5.7a2 2 0 0 1 2-2.2Z",
  answer: "M6.2 7.5h2.6l1.4 3.7-1.8 1.3a10.5 10.5 0 0 0 5.1 5.1l1.3-1.8 3.7 1.4v2.6a1.8 1.8 0 0 1-2 1.7A14.5 14.5 0 0 1 4.5 9.5a1.8 1.8 0 0 1 1.7-2ZM15 3v6h6M21 3l-6 6",
  activity: "M3 12h4l3-8 4.5 16 2.8-8H21",
  callback: "M12 7v5.2l3.3 2M4.3 9A8.3 8.3 0 1 1 4 14.5M4 4.5V9h4.5",
  target: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 12h.01",
  queue: "M4 6h16M4 12h11M4 18h7M19 14v6M16 17h6",
  bot: "M5.5 9.5h13A1.5 1.5 0 0 1 20 11v7a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 18v-7a1.5 1.5 0 0 1 1.5-1.5ZM12 9.5V5.5M12 5.5a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4ZM9 14v1.5M15 14v1.5",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  card: "M4.5 5.5h15A1.5 1.5 0 0 1 21 7v10a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17V7a1.5 1.5 0 0 1 1.5-1.5ZM3 10h18M7 14.5h3.5",
  monitor: "M4.5 4h15A1.5 1.5 0 0 1 21 5.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 14.5v-9A1.5 1.5 0 0 1 4.5 4ZM9 20h6M12 16v4M7 11.5l2.5-3 2.5 2 4-4",
  chart: "M4 4v14.5A1.5 1.5 0 0 0 5.5 20H20M8.5 16v-4M13 16V8M17.5 16v-6",
  history: "M12 7.5V12l3 2M4 5v4.5h4.5M4.4 9.5A8.3 8.3 0 1 1 3.7 12",
  error: "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3L8.3 3ZM12 7.8v5M12 16.2h.01",
  warning: "M12 4 21.5 20h-19L12 4ZM12 10v4.5M12 17.3h.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.7h.01",
  success: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8 12.3l2.8 2.7L16 9.5",
  up: "M12 19.5v-15M6 10.5l6-6 6 6",
  down: "M12 4.5v15M6 13.5l6 6 6-6",
  stable: "M6 12h12",
  arrow: "M5 12h14M13 6l6 6-6 6",
  pause: "M8.5 5v14M15.5 5v14",
  play: "M7.5 4.8v14.4L19 12 7.5 4.8Z",
  close: "M6 6l12 12M18 6 6 18",
  broadcast: "M4 10v4h3.5l6 4.5v-13l-6 4.5H4ZM17 9a4 4 0 0 1 0 6M19.5 6.5a8 8 0 0 1 0 11",
  signout: "M14 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H14M10.5 12H20M16.5 8.5 20 12l-3.5 3.5",
  health: "M12 20s-8-4.7-8-10.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8 2.5C20 15.3 12 20 12 20Z",
  dot: "M12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
} as const;

export type IconName = keyof typeof ICONS;

/** Actions have well-known ids; their icons do not depend on what an icon is called elsewhere. */
const BY_ACTION: Readonly<Record<string, IconName>> = {
  view_all_users: "users",
  manage_subscriptions: "layers",
  view_agents: "bot",
  call_monitoring: "monitor",
  billing_management: "card",
  system_settings: "settings",
  create_agent: "bot",
  manage_agent: "bot",
  start_call: "phone",
  view_customers: "users",
  manage_callbacks: "callback",
  subscription_management: "layers",
  account_settings: "user",
  answer_call: "answer",
  call_history: "history",
  performance: "chart",
};

export function actionIcon(id: string, icon = ""): IconName {
  return BY_ACTION[id] ?? (icon in ICONS ? (icon as IconName) : "dot");
}
