import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isOpenToAll, NoInvitation, readHandOver, readInvitation, readServer } from '../src/invitation';

const CODE = '7K3M9QRT2XWB';

test('a code is read as people type it, a link with its server', () => {
  for (const typed of ['7K3M-9QRT-2XWB', ' 7k3m 9qrt 2xwb\n', '7K3M–9QRT—2XWB']) {
    assert.deepEqual(readInvitation(typed), { server: undefined, code: CODE });
  }
  assert.equal(readInvitation('OIL0-0000-0000').code, '011000000000');
  const link = 'https://Code.Example.org/exam/#/join/7K3M-9QRT-2XWB';
  assert.deepEqual(readInvitation(link), { server: 'https://code.example.org/exam', code: CODE });
});

test('what is no invitation is refused in a sentence that says what would be right', () => {
  for (const typed of ['', '7K3M', '7K3M-9QRT-2XWU', 'ca_0123456789abcdef', 'x'.repeat(3000)]) {
    assert.throws(() => readInvitation(typed), /A code has 12 letters and digits, like 7K3M-9QRT-2XWB/);
  }
  for (const link of ['https://code.example.org/', 'ftp://code.example.org/#/join/7K3M-9QRT-2XWB']) {
    assert.throws(() => readInvitation(link), /That link holds no code/);
  }
});

test('a link of the joining page names a server and a code, and nothing else', () => {
  const query = 'server=https%3A%2F%2Fcode.example.org%2Fexam&code=7K3M-9QRT-2XWB';
  assert.deepEqual(readHandOver('/join', query), { server: 'https://code.example.org/exam', code: CODE });
});

test('a link in another form is refused, and its code is not told', () => {
  const good = 'server=https://code.example.org&code=7K3M-9QRT-2XWB';
  const links: [string, string][] = [
    ['/other', good],
    ['/join/', good],
    ['/join', `${good}&command=x`],
    ['/join', `${good}&code=AAAA-AAAA-AAAA`],
    ['/join', 'code=7K3M-9QRT-2XWB'],
    ['/join', 'server=https://code.example.org'],
    ['/join', 'server=https://code.example.org&code=7K3M'],
    ['/join', 'server=javascript:alert(1)&code=7K3M-9QRT-2XWB'],
    ['/join', 'server=file:///etc&code=7K3M-9QRT-2XWB'],
    ['/join', 'server=https://good.org@evil.org&code=7K3M-9QRT-2XWB'],
    ['/join', 'server=https://code.example.org/?x=1&code=7K3M-9QRT-2XWB'],
    ['/join', `${good}${'x'.repeat(3000)}`]
  ];
  for (const [path, query] of links) {
    const refusal = (problem: unknown): boolean =>
      problem instanceof NoInvitation && /cannot be used/.test(problem.message) && !/7K3M/.test(problem.message);
    assert.throws(() => readHandOver(path, query), refusal, `${path}?${query}`);
  }
});

test('an address is shown as the network sees it', () => {
  assert.equal(readServer('https://EXAMPLE.org:443/'), 'https://example.org');
  assert.equal(readServer('https://ex\u0430mple.org'), 'https://xn--exmple-4nf.org', 'a letter of another script');
  assert.equal(readServer('example.org'), undefined);
  assert.deepEqual(['http://example.org', 'https://example.org', 'http://127.0.0.1:8888'].map(isOpenToAll), [
    true,
    false,
    false
  ]);
});
