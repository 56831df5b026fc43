import { describe, expect, test } from 'vitest';

import shared from '../../tests/percent.json';
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
    ['markers of ours', [code('a', '# %% id="b"\nx'), { id: 'b', type: 'markdown', source: '%% id="c"\n# %% id="d"' }]],
    ['a cell magic like a marker', [code('a', '%% id="b"'), code('b', 'x\n%% [markdown] id="c"\n// %% id="d"')]],
    ['comments like magics of ours', [code('a', '# %time x\n#%time x\n  # %time\n#   !ls\n# \\%time\n#\\\\%% id="b"')]],
    [
      'a first comment like a cell magic',
      [code('a', '# %%bash\nx = 1'), code('b', '#\n%%bash'), code('c', '#%%bash\n# x')]
    ],
    ['empty lines above a cell magic', [code('a', '\n  \n%%bash\nls\n')]],
    ['old line ends', [code('a', '%time x\r\ny\r# %% id="b"\nz'), { id: 'b', type: 'raw', source: 'a\r\rb' }]],
    ['astral characters and tabs', [code('a', '\t"🐍 ä"')]]
  ])('%s', (_, cells) => {
    expect(fromPercent(toPercent(cells, 'python'))).toEqual(cells);
  });
});

test.each(shared)('what the language server sends is the same text: $text', ({ language, cells, text }) => {
  expect(toPercent(cells, language)).toBe(text);
  expect(fromPercent(text)).toEqual(cells);
});

test('any lines give their cells back, and there are as many cells as before', () => {
  const words = [
    '#',
    '//',
    ' ',
    '\\',
    '%%',
    '%',
    '!',
    'bash',
    ' id="a"',
    ' [markdown]',
    '\n',
    '\n',
    '\r',
    'x',
    '%time',
    '\t'
  ];
  let seed = 7;
  const draw = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let n = 0; n < 4_000; n++) {
    const source = (): string => `${Array.from({ length: draw(9) }, () => words[draw(words.length)]).join('')}.`;
    const types = ['code', 'code', 'markdown', 'raw'];
    const cells = ['a', 'b', 'c'].map(id => ({ id, type: types[draw(4)], source: source() }));
    for (const language of ['python', 'javascript']) {
      expect(fromPercent(toPercent(cells, language))).toEqual(cells);
    }
  }
});

test('each cell knows the line of its marker', () => {
  const text = toPercent([code('a', 'x\ny'), code('b', 'z')], 'python');
  const blocks = blocksOf(text);
  expect(blocks.map(({ id, at }) => [id, at])).toEqual([
    ['a', 0],
    ['b', 4]
  ]); // prettier-ignore
  expect(blocks.map(({ lines }) => lines)).toEqual([['x', 'y'], ['z']]);
});

test('a file is no percent text', () => {
  expect(blocksOf('x = 1\n# %% a cell of Spyder\n')).toEqual([]);
});
