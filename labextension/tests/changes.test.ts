import { describe, expect, test } from 'vitest';

import { ChangeWriter, changeBetween } from '../src/connection/changes';
import type { WireChange, WirePosition } from '../src/wire';

/** The offset of an LSP position, found by cutting the text into lines. */
function offsetOf(text: string, { line, character }: WirePosition): number {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  return lines.slice(0, line).join('').length + character;
}

function applied(text: string, { range, text: inserted }: WireChange): string {
  return text.slice(0, offsetOf(text, range!.start)) + inserted + text.slice(offsetOf(text, range!.end));
}

const wellFormed = (text: string): boolean =>
  !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);

/** Numbers in [0, 1), the same in each run. */
function chances(seed: number): () => number {
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
}

describe('the change between two texts', () => {
  const chance = chances(7);
  // Neighbours that share a half: emoji with the same first and with the same second code unit, and line ends.
  const letters = ['a', 'b', '\n', '\r', '\r\n', 'é', '🙂', '🙃', '𝒳', '\u{1F642}\u{1F3FD}', ' ', '\u2028'];
  const random = (most: number): string[] =>
    Array.from({ length: chance() * most }, () => letters[Math.floor(chance() * letters.length)]);

  test('makes the one of the other, with text that is whole by itself', () => {
    for (let round = 0; round < 20_000; round++) {
      const before = random(12);
      const at = Math.floor(chance() * (before.length + 1));
      const after = [...before.slice(0, at), ...random(3), ...before.slice(at + Math.floor(chance() * 3))];
      const [one, other] = [before.join(''), after.join('')];
      const change = changeBetween(one, other);
      expect(applied(one, change), JSON.stringify([one, other, change])).toBe(other);
      expect(wellFormed(change.text), JSON.stringify([one, other, change])).toBe(true);
    }
  });

  test('is small where little changed', () => {
    const lines = Array.from({ length: 2000 }, (_, n) => `value_${n} = ${n}\n`);
    const before = lines.join('');
    lines[1500] = 'value_1500 = 15\n';
    const change = changeBetween(before, lines.join(''));
    expect(change).toEqual({
      range: { start: { line: 1500, character: 15 }, end: { line: 1500, character: 17 } },
      text: ''
    });
  });
});

describe('what is written on one socket', () => {
  const long = 'x = 1\n'.repeat(100);
  const update = (seq: number, code: string, uri = 'a.py', sha256: string | null = 'ab') =>
    ({ message_type: 'code_update', seq, code, document: { uri }, sha256 }) as const;

  test('is whole the first time and for each document', () => {
    const writer = new ChangeWriter();
    expect(writer.write(update(1, long)).whole).toBe(true);
    expect(writer.write(update(2, long, 'b.py')).whole).toBe(true);
    expect(writer.write(update(3, `${long}y`))).toEqual({
      frame: {
        message_type: 'code_update',
        seq: 3,
        document: { uri: 'a.py' },
        sha256: 'ab',
        changes: [{ range: { start: { line: 100, character: 0 }, end: { line: 100, character: 0 } }, text: 'y' }]
      },
      whole: false
    });
  });

  test('is whole after a reset, without a hash, and for a short text', () => {
    const writer = new ChangeWriter();
    writer.write(update(1, long));
    writer.reset();
    expect(writer.write(update(2, long)).whole).toBe(true);
    expect(writer.write(update(3, `${long}y`, 'a.py', null)).whole).toBe(true);
    expect(writer.write(update(4, 'short')).whole).toBe(true);
  });
});
