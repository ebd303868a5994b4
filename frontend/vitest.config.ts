// Tests run in a simulated browser; nothing reaches a network.
import { defaultClientConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["switchboard-source", ...defaultClientConditions] },
  test: {
    environment: "happy-dom",
    include: ["packages/*/tests/**/*.test.{ts,tsx}", "app/tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
