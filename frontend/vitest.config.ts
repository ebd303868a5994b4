// Tests run in a simulated browser; nothing reaches a network.
import { defaultClientConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["switchboard-source", ...defaultClientConditions] },
  test: {
    environment: "happy-dom",
    include: ["packages/*/tests/**/*.test.{ts,tsx}", "app/tests/**/*.test.{ts,tsx}"],
    // What is waited for comes soon, but not on a busy machine.
    testTimeout: 60_000,
    setupFiles: "vitest.setup.ts",
    restoreMocks: true,
    unstubGlobals: true,
  },
});
