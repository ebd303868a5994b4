// The mark of a figure that changed: it comes at once, goes by itself, and leaves nothing behind.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { markChanged, unmark } from "../src/marks.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const figure = () => document.createElement("span");
const isMarked = (element: Element) => element.classList.contains("figure--changed");

test("a mark is seen for a second at least and for two at most", () => {
  const element = figure();
  markChanged(element);
  expect(isMarked(element)).toBe(true);
  vi.advanceTimersByTime(999);
  expect(isMarked(element)).toBe(true);
  vi.advanceTimersByTime(1_001);
  expect(isMarked(element)).toBe(false);
});

test("a figure that never rests is marked anew only when its mark is gone", () => {
  const element = figure();
  for (let changes = 0; changes < 40; changes += 1) {
    markChanged(element);
    vi.advanceTimersByTime(100);
  }
  // Were the mark drawn out by each change, it would outlast the last one by a whole second.
  vi.advanceTimersByTime(1_900);
  expect(isMarked(element)).toBe(false);
  markChanged(element);
  expect(isMarked(element)).toBe(true);
  unmark(element);
});

test("no timer runs once every mark is gone, of its own accord or with its element", () => {
  const [stays, leaves] = [figure(), figure()];
  markChanged(stays);
  markChanged(leaves);
  unmark(leaves);
  expect(isMarked(leaves)).toBe(false);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(2_000);
  expect(vi.getTimerCount()).toBe(0);
});
