import { expect, test } from 'vitest';

import { blocksOf } from '../src/panel/markdown';

const kinds = (text: string): string[] => blocksOf(text).map(({ kind, lines }) => `${kind}: ${lines.join(' | ')}`);

test('headings, lists, code and paragraphs are told apart', () => {
  const text =
    '# Task\nWrite `f`.\nSoon.\n\n- one\n  goes on\n- two\n\n1. first\n2) second\n\n```python\n# no heading\n```\nAfter.';
  expect(kinds(text)).toEqual([
    'heading: Task',
    'paragraph: Write `f`. | Soon.',
    'bullets: one\ngoes on | two',
    'numbers: first | second',
    'code: # no heading',
    'paragraph: After.'
  ]);
});

test('links, images and HTML stay the text that they are', () => {
  for (const text of [
    '![a](/logout)',
    '[a](javascript:x)',
    '<img src=x>',
    '<script>x</script>',
    '> quoted',
    '***',
    '| a |'
  ]) {
    expect(blocksOf(text)).toEqual([{ kind: 'paragraph', lines: [text] }]);
  }
});

test('a fence that is never closed is code to the end, and a shorter one does not close it', () => {
  expect(kinds('````\na\n```\nb')).toEqual(['code: a | ``` | b']);
});
