import assert from 'node:assert/strict';
import { test } from 'node:test';

import { page } from '../src/page';
import { IDLE, type Question, type State } from '../src/wire';
import { clock, keeping, linesInWords, verdict } from '../src/wording';

const QUESTION: Question = {
  id: 'q1',
  question: 'What is `<b>`?',
  kind: 'value',
  document: 'main.py',
  startLine: 3,
  endLine: 5,
  slots: [],
  state: 'open',
  answer: null,
  draft: null,
  evaluation: null,
  score: null,
  scoreText: null,
  needsReview: false,
  reason: null,
  spot: null
};
const SESSION: State = { ...IDLE, keeping: 'saved', session: 's', documents: ['file:///main.py'], status: 'active' };

test('what comes from outside is text on the page, never markup', () => {
  const hostile = '<img src=x onerror=alert(1)>"\'&';
  const html = page(
    { ...SESSION, title: hostile, instructions: hostile },
    [{ ...QUESTION, question: hostile }],
    new Map([['file:///main.py', hostile]])
  );
  assert.ok(!html.includes('<img'));
  assert.equal(html.split('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;').length, 5);
});

test('backticks mark code, also around what looks like markup', () => {
  assert.ok(page(SESSION, [QUESTION], new Map()).includes('What is <code>&lt;b&gt;</code>?'));
});

test('instructions are shown as in JupyterLab, without their title', () => {
  const instructions =
    '# Median\n\nWrite `median`:\n\n- of `[3, 1, 2]`\n- <b>of</b> two\n\n## Then\n\n```\nx < 1\n```\n';
  const html = page({ ...SESSION, title: 'Median', instructions }, [], new Map());
  const shown = html.slice(html.indexOf('<h2>Instructions</h2>'), html.indexOf('<h2>Files</h2>'));
  assert.ok(!shown.includes('Median</h3>'));
  assert.ok(shown.includes('<p>Write <code>median</code>:</p>'));
  assert.ok(shown.includes('<ul><li>of <code>[3, 1, 2]</code></li><li>&lt;b&gt;of&lt;/b&gt; two</li></ul>'));
  assert.ok(shown.includes('<h3>Then</h3>') && shown.includes('<pre tabindex="0">x &lt; 1</pre>'));
});

test('without a session one joins with a code, or else begins; a session that was offered is joined', () => {
  const commands = (state: State): string[] | null => page(state, [], new Map()).match(/command:[\w.]+/g);
  assert.deepEqual(commands(IDLE), ['command:codeassess.join', 'command:codeassess.start']);
  assert.deepEqual(commands({ ...IDLE, offered: 's' }), ['command:codeassess.start']);
});

test('when the access has ended the way back is a code, or a token', () => {
  const html = page({ ...SESSION, keeping: 'refused' }, [], new Map());
  assert.ok(html.includes('command:codeassess.join') && html.includes('command:codeassess.changeToken'));
});

test('a session that has ended offers the report and takes no more files', () => {
  const html = page({ ...SESSION, status: 'ended', report: true }, [], new Map());
  assert.ok(html.includes('command:codeassess.report'));
  assert.ok(!html.includes('command:codeassess.addFile') && !html.includes('command:codeassess.finish'));
  assert.ok(
    !page({ ...SESSION, status: 'ended' }, [], new Map()).includes('command:codeassess.report'),
    'only where it may be read'
  );
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

test('a score of zero is a score, and one with an interval says what is open', () => {
  const evaluated: Question = {
    ...QUESTION,
    state: 'evaluated',
    score: 0,
    evaluation: 'Nothing fits.',
    needsReview: true
  };
  assert.equal(verdict(evaluated), '**0 of 10** · provisional until a person decides\n\nNothing fits\\.');
  const between: Question = { ...evaluated, score: 8, scoreText: '6 to 10 of 10: the reason waits for a person' };
  assert.equal(verdict(between), '**6 to 10 of 10** · the reason waits for a person\n\nNothing fits\\.');
  const html = page(SESSION, [between], new Map());
  assert.ok(html.includes('>6 to 10 of 10</span>') && html.includes('The reason waits for a person.'));
  assert.equal(linesInWords(evaluated), 'main.py, lines 3–5');
});

test('the closing round says how many questions are left, and can be ended', () => {
  const closing: State = { ...SESSION, status: 'closing', questionsLeft: 2 };
  assert.ok(
    page(closing, [QUESTION], new Map()).includes('2 questions about your code are left. Then the report is written.')
  );
  assert.ok(page(closing, [QUESTION], new Map()).includes('Finish without these questions'));
  assert.ok(page(closing, [QUESTION], new Map()).includes('>Answer</a>'), 'they are answered as always');
  assert.ok(page({ ...closing, questionsLeft: 1 }, [], new Map()).includes('1 question about your code is left.'));
  assert.ok(
    !page({ ...SESSION, finishSent: true }, [], new Map()).includes('command:codeassess.finish'),
    'once is enough'
  );
});

test('a window that reads says when nobody writes any more', () => {
  const reading: State = { ...SESSION, keeping: 'elsewhere' };
  assert.ok(!page(reading, [], new Map()).includes('nothing is recorded'));
  assert.ok(page({ ...reading, free: true }, [], new Map()).includes('nothing is recorded'));
  assert.equal(keeping({ ...reading, free: true }).text, 'not recorded');
});

test('an answer that came too late says so', () => {
  assert.ok(page(SESSION, [{ ...QUESTION, state: 'closed', answer: 'It is.' }], new Map()).includes('came too late'));
});

test('the newest question is on top', () => {
  const html = page(SESSION, [QUESTION, { ...QUESTION, id: 'q2', question: 'And then?' }], new Map());
  assert.ok(html.indexOf('And then?') < html.indexOf('What is'));
});

test('after the end no question can be answered', () => {
  for (const status of ['finishing', 'ended'] as const) {
    assert.ok(
      !page({ ...SESSION, status }, [QUESTION], new Map()).includes(
        'codeassess.showQuestion?%5B%22q1%22%5D" role="button"'
      )
    );
    assert.ok(page({ ...SESSION, status }, [QUESTION], new Map()).includes('Not answered.'));
  }
});

test('while a session is resumed no new one is offered', () => {
  const html = page({ ...IDLE, keeping: 'connecting' }, [], new Map());
  assert.ok(html.includes('Resuming your session') && !html.includes('command:codeassess.start'));
});
