import { describe, expect, test } from 'vitest';

import { excerptOf, nameOf } from '../src/watchers/excerpt';
import { relocate } from '../src/watchers/relocate';

describe('lines are found again', () => {
  const before = ['a', 'b', 'c', 'd', 'e'];
  // after, lines asked about (from 0), where they are now
  test.each([
    ['where they were', ['a', 'b', 'c', 'd', 'e'], [1, 2], [1, 2]],
    ['below what was inserted above them', ['x', 'y', 'a', 'b', 'c', 'd', 'e'], [1, 2], [3, 4]],
    ['above what was inserted below them', ['a', 'b', 'c', 'x', 'd', 'e'], [1, 2], [1, 2]],
    ['with the line that was inserted between them', ['a', 'b', 'x', 'c', 'd', 'e'], [1, 2], [1, 3]],
    ['though one of them was changed', ['a', 'B', 'c', 'd', 'e'], [1, 2], [1, 2]],
    ['moved to the end', ['a', 'd', 'e', 'b', 'c'], [1, 2], [3, 4]],
    ['the nearest of several', ['b', 'x', 'a', 'b', 'c', 'd', 'e'], [1, 1], [3, 3]],
    ['as a line at least when they are gone', ['a', 'e'], [1, 3], [1, 1]],
    ['as the first line when all is gone', [''], [1, 3], [0, 0]]
  ])('%s', (_, after, [start, end], [from, to]) => {
    expect(relocate(before, after, { start, end })).toEqual({ start: from, end: to });
  });
});

describe('a region in a notebook', () => {
  const code = '# %% id="a"\nx = 1\n\n# %% id="b"\ny = 2\nz = 3\nw = 4\n';
  const region = { path: 'n.ipynb', code, startLine: 6, endLine: 6 };

  test('is named and shown by the lines of its cell', () => {
    expect(nameOf(region)).toEqual({ cell: 2, start: 2, end: 2 });
    expect(excerptOf(region)).toEqual([
      { number: 1, text: 'y = 2', asked: false },
      { number: 2, text: 'z = 3', asked: true },
      { number: 3, text: 'w = 4', asked: false }
    ]);
  });
});
