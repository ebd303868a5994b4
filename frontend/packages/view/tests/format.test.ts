import { describe, expect, test } from "vitest";
import { age, clock, createFormatter, duration, NOTHING, words } from "../src/format.ts";

const format = createFormatter({ timeZone: "Europe/Berlin", currency: "EUR", locale: "en-GB" });

test("nothing known is a dash, never a zero", () => {
  for (const write of [format.count, format.compact, format.money, format.percent, format.rating, format.time, format.date]) {
    expect(write(null)).toBe(NOTHING);
    expect(write(undefined)).toBe(NOTHING);
  }
  expect(format.value("percent", null)).toBe(NOTHING);
  expect(format.value("text", "")).toBe(NOTHING);
  expect(duration(null)).toBe(NOTHING);
  expect(words(null)).toBe(NOTHING);
  expect(format.count(0)).toBe("0");
});

test("numbers, money and shares", () => {
  expect(format.count(1234567)).toBe("1,234,567");
  expect(format.money(1234.5)).toBe("€1,234.50");
  expect(format.roundMoney(41220)).toMatch(/^€41\.2k$/i);
  expect(format.percent(81.24)).toBe("81.2%");
  expect(format.rating(4.26)).toBe("4.3 / 5");
});

test("instants are shown in the viewer's zone; the day only when it is not today", () => {
  const noon = "2026-07-01T10:05:00Z";
  expect(format.time(noon)).toBe("12:05");
  expect(format.moment(noon, Date.parse("2026-07-01T21:59:00Z"))).toBe("12:05");
  expect(format.moment(noon, Date.parse("2026-07-01T22:01:00Z"))).toBe("1 Jul, 12:05");
  expect(format.time("not an instant")).toBe(NOTHING);
});

test("a zone that the browser does not know is shown as UTC", () => {
  expect(createFormatter({ timeZone: "Mars/Olympus", locale: "en-GB" }).time("2026-07-01T10:05:00Z")).toBe("10:05");
});

test.each([
  [0, "0s"],
  [59.4, "59s"],
  [125, "2m 05s"],
  [3840, "1h 04m"],
  [266_400, "3d 2h"],
  [-5, "0s"],
])("%d seconds last %s", (seconds, text) => expect(duration(seconds)).toBe(text));

test.each([
  [8, "0:08"],
  [725, "12:05"],
  [3849, "1:04:09"],
  [-3, "0:00"],
])("a clock at %d seconds shows %s", (seconds, text) => expect(clock(seconds)).toBe(text));

describe("the value of a kind", () => {
  test.each([
    ["seconds", 90, "1m 30s"],
    ["minutes", 12, "12 min"],
    ["money", 3, "€3.00"],
    ["date", "2026-07-01T10:05:00Z", "1 Jul"],
    ["count", "already text", "already text"],
  ] as const)("%s", (kind, value, text) => expect(format.value(kind, value)).toBe(text));
});

test("ages are coarse", () => {
  expect([500, 12_000, 240_000, 10_800_000, 200_000_000].map(age)).toEqual(["now", "12 s", "4 min", "3 h", "2 d"]);
  expect(age(-10)).toBe("now");
});

test("codes become words", () => expect(words("callback_requested")).toBe("Callback requested"));
