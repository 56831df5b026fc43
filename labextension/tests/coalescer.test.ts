import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Coalescer, DEBOUNCE } from '../src/watchers/coalescer';

const told = vi.fn();
let coalescer: Coalescer;

beforeEach(() => {
  vi.useFakeTimers();
  told.mockClear();
  coalescer = new Coalescer(told);
});

afterEach(() => vi.useRealTimers());

test('many keystrokes are one update', () => {
  for (let n = 0; n < 20; n++) {
    coalescer.touch('typing');
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(DEBOUNCE);
  expect(told.mock.calls).toEqual([['typing']]);
});

test('whoever types without a pause is heard in between', () => {
  for (let n = 0; n < 100; n++) {
    coalescer.touch('typing');
    vi.advanceTimersByTime(10);
  }
  expect(told).toHaveBeenCalledTimes(1000 / DEBOUNCE);
});

test('the most telling cause is told', () => {
  coalescer.touch('typing');
  coalescer.touch('paste');
  coalescer.touch('undo');
  coalescer.flush();
  expect(told.mock.calls).toEqual([['paste']]);
});

test('the last change is told when the document is closed', () => {
  coalescer.touch('typing');
  coalescer.dispose();
  coalescer.touch('typing');
  vi.advanceTimersByTime(DEBOUNCE);
  expect(told.mock.calls).toEqual([['typing']]);
});
