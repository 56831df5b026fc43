import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import { now } from '../src/connection/clock';

/** They tell the time of day, on the clock of the computer. */
const CLOCKS = ['panel/header.tsx', 'panel/model.ts'];

test('how long something takes does not depend on the clock of the computer', () => {
  const begun = now();
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000); // somebody sets it back by an hour
  expect(now() - begun).toBeGreaterThanOrEqual(0);
  expect(now() - begun).toBeLessThan(60_000);
  clock.mockRestore();
});

test('no wait is measured on the clock of the computer', () => {
  const folder = join(import.meta.dirname, '..', 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /\.tsx?$/.test(name));
  const asking = files.filter(name => readFileSync(join(folder, name), 'utf8').includes('Date.now'));
  expect(asking.sort()).toEqual(CLOCKS);
});
