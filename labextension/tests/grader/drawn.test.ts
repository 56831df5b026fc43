import { expect, test } from 'vitest';

import { drawnWith } from '../../src/grader/drawn';

const inSight = { startIndex: 10, endIndex: 12, overscan: 1, count: 100 };

test.each([
  ['in sight', 11, [9, 10, 11, 12, 13]],
  ['far above', 0, [0, 9, 10, 11, 12, 13]],
  ['far below', 99, [9, 10, 11, 12, 13, 99]],
  ['none', -1, [9, 10, 11, 12, 13]],
  ['gone', 100, [9, 10, 11, 12, 13]]
])('the active row is drawn: %s', (_, at, drawn) => {
  expect(drawnWith(at)(inSight)).toEqual(drawn);
});
