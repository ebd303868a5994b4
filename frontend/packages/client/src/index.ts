// Everything that the package offers.
export { DashboardClient, type ClientOptions } from "./client.ts";
export { ApiError, type ErrorItem } from "./errors.ts";
export type * from "./frames.ts";
export { SignIn, type SignInOptions } from "./sign-in.ts";
export type { ClientSnapshot, Problem, Status } from "./state.ts";
export { claims, type Claims, type TokenProvider } from "./tokens.ts";
