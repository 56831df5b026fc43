import { describe, expect, test } from 'vitest';

import { History } from '../../src/grader/timeline/history';
import { difference } from '../../src/grader/timeline/difference';
import type { StepOut } from '../../src/wire';

const START = Date.parse('2026-11-02T09:00:00Z');

/** The steps that make each of the texts, one a second. Each is `[document, text]`. */
function stepsOf(texts: readonly (readonly [string, string])[]): StepOut[] {
  const last = new Map<string, string>();
  return texts.map(([document, text], index) => {
    const change = difference(last.get(document) ?? '', text) ?? { from: 0, to: 0, insert: '' };
    last.set(document, text);
    return {
      n: index + 1,
      seq: null,
      document,
      created_at: new Date(START + index * 1000).toISOString(),
      start: change.from,
      deleted: change.to - change.from,
      inserted: change.insert,
      cause: null
    };
  });
}

function historyOf(texts: readonly (readonly [string, string])[]): History {
  const history = new History();
  history.add(stepsOf(texts));
  return history;
}

/** Texts that grow, shrink and change all over, with characters of two code units in them. */
function growing(count: number): (readonly [string, string])[] {
  const lines: string[] = [];
  return Array.from({ length: count }, (_, n) => {
    if (n % 7 === 6) {
      lines.splice((n * 3) % lines.length, 1);
    } else {
      lines.splice((n * 5) % (lines.length + 1), 0, `x_${n} = "😀${'é'.repeat(n % 4)}"`);
    }
    return ['a.py', lines.join('\n')] as const;
  });
}

describe('a history', () => {
  test('gives back every text, in whatever order they are asked for', () => {
    const texts = growing(450);
    const history = historyOf(texts);
    const order = texts.map((_, index) => (index * 263) % texts.length);
    for (const index of order) {
      expect(history.text('a.py', index + 1)).toBe(texts[index][1]);
    }
  });

  test('is the same when it comes in pages', () => {
    const texts = growing(250);
    const history = new History();
    const steps = stepsOf(texts);
    for (let page = 0; page < steps.length; page += 60) {
      history.add(steps.slice(page, page + 60));
    }
    expect(history.text('a.py', 250)).toBe(texts[249][1]);
    expect(history.text('a.py', 101)).toBe(texts[100][1]);
  });

  test('keeps documents apart', () => {
    const history = historyOf([
      ['a.py', 'one'],
      ['b.py', 'two'],
      ['a.py', 'one more']
    ]);
    expect(history.documents).toEqual(['a.py', 'b.py']);
    expect(history.text('b.py', 1)).toBe('');
    expect([history.text('a.py', 2), history.text('b.py', 2)]).toEqual(['one', 'two']);
    expect(history.text('a.py', 3)).toBe('one more');
    expect(history.last('b.py', 3)?.edit.n).toBe(2);
  });

  test('knows what a change took away', () => {
    const history = historyOf([
      ['a.py', 'x = "😀"'],
      ['a.py', 'x = ""']
    ]);
    expect(history.steps[1].removed).toBe('😀');
  });

  test('is at a moment where all changes up to it are done', () => {
    const history = historyOf(growing(3));
    expect(history.upTo(START - 1)).toBe(0);
    expect(history.upTo(START + 1000)).toBe(2);
    expect(history.upTo(START + 9000)).toBe(3);
  });
});

describe('lines of a question', () => {
  const before = 'a = 1\nb = 2\nc = 3\n';

  test('are where they were asked about', () => {
    const history = historyOf([['a.py', before]]);
    const span = history.follow(1, { start: 2, end: 2 }, 1);
    expect(span && before.slice(span.from, span.to)).toBe('b = 2');
  });

  test('move with what is written above them', () => {
    const after = `import os\n${before}`;
    const history = historyOf([
      ['a.py', before],
      ['a.py', after]
    ]);
    const span = history.follow(1, { start: 2, end: 3 }, 2);
    expect(span && after.slice(span.from, span.to)).toBe('b = 2\nc = 3');
  });

  test('are nowhere before the snapshot, and never outside the text', () => {
    const history = historyOf([
      ['a.py', before],
      ['a.py', '']
    ]);
    expect(history.follow(2, { start: 1, end: 1 }, 1)).toBeNull();
    expect(history.follow(1, { start: 2, end: 9 }, 2)).toEqual({ from: 0, to: 0 });
  });
});
