import { describe, expect, test } from 'vitest';

import { blocksOf, fromPercent, toPercent, type ICellText } from '../src/watchers/percent';

const code = (id: string, source: string): ICellText => ({ id, type: 'code', source });

test('a notebook is one text with a marker for each cell', () => {
  const cells = [code('a', 'x = 1\ny = 2'), { id: 'b', type: 'markdown', source: '# Title\n\ntext' }, code('c', '')];
  expect(toPercent(cells, 'python')).toBe(
    '# %% id="a"\nx = 1\ny = 2\n\n# %% [markdown] id="b"\n# # Title\n#\n# text\n\n# %% id="c"\n\n'
  );
});

test('a language with other comments has other markers', () => {
  expect(toPercent([code('a', 'let x = 1;')], 'TypeScript')).toBe('// %% id="a"\nlet x = 1;\n');
});

describe('what is no Python is commented out, so that the rest can be parsed:', () => {
  test.each([
    ['a magic', '%matplotlib inline\nx', '# %matplotlib inline\nx'],
    ['a shell line', 'x\n!ls -la', 'x\n# !ls -la'],
    ['a cell magic, whole', '%%bash\nls\n\necho', '# %%bash\n# ls\n#\n# echo'],
    ['but not a modulo on its own line', 'x = (a\n    % b)', 'x = (a\n    % b)'],
    ['nor a comparison', 'x = (a\n    != b)', 'x = (a\n    != b)']
  ])('%s', (_, source, expected) => {
    expect(toPercent([code('a', source)], 'python')).toBe(`# %% id="a"\n${expected}\n`);
  });
});

describe('the text gives the cells back, exactly:', () => {
  test.each([
    ['no cell', []],
    ['an empty cell', [code('a', '')]],
    ['empty lines at both ends', [code('a', '\n\nx\n\n'), code('b', '\n')]],
    ['spaces at the end of Markdown lines', [{ id: 'a', type: 'markdown', source: 'a  \n  \nb' }]],
    ['a raw cell', [{ id: 'a', type: 'raw', source: '# %%\n%%' }]],
    ['magics', [code('a', '%time x\n!ls\nprint(1)'), code('b', '%%bash\nls\n  # x')]],
    ['ordinary comments', [code('a', '# % of it\n# ! note\n#%% old marker')]],
    ['astral characters and tabs', [code('a', '\t"🐍 ä"')]]
  ])('%s', (_, cells) => {
    expect(fromPercent(toPercent(cells, 'python'))).toEqual(cells);
  });
});

test('each cell knows the line of its marker', () => {
  const text = toPercent([code('a', 'x\ny'), code('b', 'z')], 'python');
  const blocks = blocksOf(text);
  expect(blocks.map(({ id, at }) => [id, at])).toEqual([['a', 0], ['b', 4]]); // prettier-ignore
  expect(blocks.map(({ lines }) => lines)).toEqual([['x', 'y'], ['z']]);
});

test('a file is no percent text', () => {
  expect(blocksOf('x = 1\n# %% a cell of Spyder\n')).toEqual([]);
});
