import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { codeUpdate, hashed, languageOf, storable, TooBig } from '../src/watchers/update';
import { MAX_DOCUMENT_BYTES } from '../src/wire';

const text = (code: string) => ({ uri: 'a.py', language: 'python', code });

test.each(['', 'x = 1\r\n', '\uFEFFx', 'ä € 🐍', 'e\u0301'])('the hash of %j is of its UTF-8', async code => {
  const message = await hashed(codeUpdate(text(code), 'typing'));
  expect(message).toMatchObject({ code, sha256: createHash('sha256').update(code).digest('hex') });
});

describe('a text', () => {
  test('of the largest size is taken', () => {
    expect(codeUpdate(text('ä'.repeat(MAX_DOCUMENT_BYTES / 2)), 'paste')).toMatchObject({ cause: 'paste' });
  });

  test('of one byte more is refused here, before it has a number', () => {
    expect(() => codeUpdate(text(`${'ä'.repeat(MAX_DOCUMENT_BYTES / 2)}x`), 'paste')).toThrow(TooBig);
  });

  test.each([
    ['NUL', 'a\0b', 'a\uFFFDb'],
    ['half a surrogate pair', 'a\uD83Db\uDC0D', 'a\uFFFDb\uFFFD'],
    ['a whole one', '\uD83D\uDC0D', '🐍']
  ])('with %s can be stored', (_, before, after) => {
    expect(storable(before)).toBe(after);
  });
});

test.each([
  ['text/x-python', 'python'],
  ['text/x-ipython', 'python'],
  ['text/x-ipythongfm', 'python'],
  ['application/javascript', 'javascript'],
  ['text/plain', 'plain']
])('%s is called %s', (mimeType, language) => {
  expect(languageOf(mimeType)).toBe(language);
});
