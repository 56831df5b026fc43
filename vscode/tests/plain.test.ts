import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plain, prose } from '../src/plain';

/** What CommonMark shows of escaped text: each escape is the mark behind it. */
function shown(markdown: string): string {
  return markdown
    .replaceAll('  \n', '\n')
    .replaceAll('\u00a0', ' ')
    .replaceAll('\u2060', '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

const HOSTILE = [
  'It is 12. ![diagram](/logout?x=1)',
  '[click](command:workbench.action.quit)',
  '<img src=x onerror=alert(1)>',
  'see https://example.org/?a=1&b=2 and www.example.org and a@example.org',
  '&lt;script&gt;',
  '# heading\n- item\n> quote\n1. one\n---\n***\n```js\ncode\n```',
  '    four spaces\n\ttab',
  '$(error) `code` _it_ ~~x~~ | a | b |',
  '\\\\ back\\slash \\',
  'ends with two spaces  \nnext\r\nand\rmore'
];

for (const text of HOSTILE) {
  test(`shown as it is: ${JSON.stringify(text)}`, () => {
    const made = plain(text);
    assert.equal(shown(made).replace(/^ +/gm, ''), text.replace(/\r\n|\r/g, '\n').replace(/^[ \t]+/gm, ''));
    assert.doesNotMatch(made, /(?<!\\)[[\]<>`*_#!|~&]/, 'no mark of Markdown is left');
    assert.doesNotMatch(made, /https?:|www\.|\w@\w/, 'nothing becomes a link by itself');
  });
}

test('backticks mark code, and nothing else is Markdown', () => {
  assert.equal(prose('What is `a[0] * *b` on line 2?'), 'What is `a[0] * *b` on line 2\\?');
  assert.equal(prose('`a` and `[x](y)`, *not*'), '`a` and `[x](y)`\\, \\*not\\*');
  assert.equal(prose('an odd ` is text'), plain('an odd ` is text'));
  assert.equal(prose('``x`[a](b)`'), '\\``x`\\[a\\]\\(b\\)\\`');
  for (const text of HOSTILE.filter(hostile => !hostile.includes('`'))) {
    assert.equal(prose(text), plain(text));
  }
});
