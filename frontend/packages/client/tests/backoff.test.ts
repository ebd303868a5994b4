import { expect, test } from "vitest";
import { delay, LONG } from "../src/backoff.ts";

const most = () => 0.999999;

test("the ceiling doubles up to a cap, and never overflows", () => {
  expect([0, 1, 2, 3, 6, 50, 5000].map((attempt) => delay(attempt, most))).toEqual([500, 1000, 2000, 4000, 30000, 30000, 30000]);
});

test("full jitter: anything from nothing to the ceiling", () => {
  expect(delay(4, () => 0)).toBe(0);
  expect(delay(4, () => 0.5)).toBe(4000);
});

test("a long backoff is long whatever the luck", () => {
  expect([0, 1, 9].map((attempt) => delay(attempt, () => 0, LONG))).toEqual([7500, 15000, 60000]);
  expect(delay(9, most, LONG)).toBe(120000);
});
