import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';

import { timeInWords } from '../src/panel/words';

const trans = nullTranslator.load('codeassess');

test.each([
  // The clock says what it counts: up without a limit, down with one.
  [5, null, 'Just started'],
  [-3, null, 'Just started'],
  [60, null, 'Started 1 min ago'],
  [5400, null, 'Started 90 min ago'],
  [0, 3600, '60 min left'],
  [3541, 3600, '1 min left'],
  [3600, 3600, 'Time is up']
])('after %i s of %j the clock says "%s"', (elapsed, limit, words) => {
  expect(timeInWords(elapsed, limit, trans)).toBe(words);
});
