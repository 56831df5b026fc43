import assert from 'node:assert/strict';
import { test } from 'node:test';

import { page } from '../src/page';
import { IDLE, type Question, type State } from '../src/wire';
import { clock, keeping, place, verdict } from '../src/wording';

const QUESTION: Question = {
  id: 'q1',
  question: 'What is `<b>`?',
  kind: 'value',
  document: 'main.py',
  startLine: 3,
  endLine: 5,
  state: 'open',
  answer: null,
  draft: null,
  evaluation: null,
  score: null,
  needsReview: false,
  reason: null,
  spot: null
};
const SESSION: State = { ...IDLE, keeping: 'saved', session: 's', documents: ['file:///main.py'], status: 'active' };

test('what comes from outside is text on the page, never markup', () => {
  const hostile = '<img src=x onerror=alert(1)>"\'&';
  const html = page({ ...SESSION, title: hostile, instructions: hostile }, [{ ...QUESTION, question: hostile }], new Map([['file:///main.py', hostile]]));
  assert.ok(!html.includes('<img'));
  assert.equal(html.split('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;').length, 5);
});

test('backticks mark code, also around what looks like markup', () => {
  assert.ok(page(SESSION, [QUESTION], new Map()).includes('What is <code>&lt;b&gt;</code>?'));
});

test('without a session there is one thing to do', () => {
  assert.deepEqual(page(IDLE, [], new Map()).match(/command:[\w.]+/g), ['command:codeassess.start']);
});

test('a session that has ended offers the report and takes no more files', () => {
  const html = page({ ...SESSION, status: 'ended' }, [], new Map());
  assert.ok(html.includes('command:codeassess.report'));
  assert.ok(!html.includes('command:codeassess.addFile') && !html.includes('command:codeassess.finish'));
});

test('the clock counts down to nothing', () => {
  const now = Date.parse('2026-01-01T10:00:00Z');
  const table: [string | null, string][] = [
    [null, ''],
    ['2026-01-01T10:07:30Z', '7:30'],
    ['2026-01-01T11:05:09Z', '1:05:09'],
    ['2026-01-01T09:00:00Z', '0:00'] // over
  ];
  for (const [deadline, words] of table) {
    assert.equal(clock(deadline, now), words);
  }
});

test('what waits is counted while offline', () => {
  assert.equal(keeping({ ...SESSION, keeping: 'offline', waiting: 3 }).text, 'offline, 3 to send');
});

test('a score of zero is a score, and a provisional one says so', () => {
  const evaluated: Question = { ...QUESTION, state: 'evaluated', score: 0, evaluation: 'Nothing fits.', needsReview: true };
  assert.equal(verdict(evaluated), '**0 / 10** · provisional until a person decides\n\nNothing fits.');
  assert.equal(place(evaluated), 'main.py, lines 3–5');
});
