// A form's date and time is the wall clock of the document's zone, on days when clocks change too.
import { describe, expect, test } from "vitest";
import { fromWallClock, toWallClock } from "../src/zones.ts";

describe("the wall clock of a zone", () => {
  test.each([
    ["2026-03-02T13:30:00.000Z", "Europe/Berlin", "2026-03-02T14:30"],
    ["2026-07-02T12:30:00.000Z", "Europe/Berlin", "2026-07-02T14:30"],
    ["2026-03-02T08:45:00.000Z", "Asia/Kathmandu", "2026-03-02T14:30"],
    ["2026-03-03T00:30:00.000Z", "Pacific/Honolulu", "2026-03-02T14:30"],
    ["2026-03-29T01:30:00.000Z", "Europe/Berlin", "2026-03-29T03:30"],
  ])("%s in %s is %s, and back", (instant, zone, text) => {
    expect(toWallClock(instant, zone)).toBe(text);
    expect(fromWallClock(text, zone)).toBe(instant);
  });

  test("nothing stays nothing", () => {
    expect(fromWallClock("", "UTC")).toBeNull();
    expect(toWallClock("", "UTC")).toBe("");
  });

  test("an hour that clocks skip is still some instant of that night", () => {
    expect(fromWallClock("2026-03-29T02:30", "Europe/Berlin")).toMatch(/^2026-03-29T0[01]:30/);
  });
});
