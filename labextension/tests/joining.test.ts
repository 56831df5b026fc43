import { readFileSync } from 'node:fs';

import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, test } from 'vitest';

import { Api } from '../src/connection/api';
import { labLink, vsCodeLink } from '../src/page/links';
import { takeCode } from '../src/panel/arrival';
import { Joining } from '../src/panel/joining';
import { folderName, starterPath } from '../src/watchers/starter';

const AVERAGES = { assessment_id: 'a', title: 'Averages', state: 'joined', session_id: null };
const refusal = (status: number, code: string, message: string): Response =>
  new Response(JSON.stringify({ error: { code, message, detail: {} } }), { status });

/** A candidate in front of a server that gives these answers, by address. */
function candidate(answers: Record<string, () => Response>): { joining: Joining; sent: string[] } {
  const sent: string[] = [];
  const fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    const path = new URL(request.url).pathname;
    sent.push(`${request.method} ${path} ${await request.text()}`);
    return answers[path]!();
  };
  const settings = ServerConnection.makeSettings({ baseUrl: 'http://lab.example/', fetch });
  return { joining: new Joining(new Api(settings), 'https://code.example.org'), sent };
}

describe('joining', () => {
  test('a code leads to the assessment to which it invites', async () => {
    const { joining, sent } = candidate({
      '/codeassess/join': () => new Response(JSON.stringify({ assessment_id: 'a' }), { status: 201 }),
      '/invitations/': () => new Response(JSON.stringify({ items: [AVERAGES] }))
    });
    expect(await joining.join('7K3M-9QRT-2XWB')).toEqual(AVERAGES);
    expect(sent[0]).toBe('POST /codeassess/join {"code":"7K3M-9QRT-2XWB"}');
    expect(joining.message).toBeNull();
  });

  test('a code that is refused is told in the words of the server', async () => {
    const { joining } = candidate({
      '/codeassess/join': () => refusal(403, 'code_refused', 'This code is not known.')
    });
    expect(await joining.join('7K3M-9QRT-2XWB')).toBeNull();
    expect([joining.message, joining.busy]).toEqual(['This code is not known.', false]);
  });

  test('before anybody has joined nothing is wrong; later trouble is told', async () => {
    let answer = refusal(403, 'not_joined', 'Join with a code.');
    const { joining } = candidate({ '/invitations/': () => answer });
    await joining.load();
    expect([joining.invitations, joining.message]).toEqual([null, null]);
    answer = refusal(503, 'service_unreachable', 'It cannot be reached.');
    await joining.load();
    expect(joining.message).toBe('It cannot be reached.');
  });
});

describe('starter files', () => {
  test('are in a folder that is named after the assessment', () => {
    expect(folderName('Erste Schritte: Übung 1/2')).toBe('erste-schritte-übung-1-2');
    expect(folderName('../..')).toBe('assessment');
    expect(starterPath({ title: 'Averages', language: 'python' })).toBe('averages.py');
  });
});

describe('arriving with a link', () => {
  const arrive = (address: string): [string, string] => {
    const url = new URL(address);
    const kept: string[] = [];
    const history = { state: null, replaceState: (_: unknown, __: string, to: string) => kept.push(to) };
    const code = takeCode({ location: url, history } as unknown as Window);
    return [code, kept[0] ?? url.pathname + url.search + url.hash];
  };

  test('the code is taken out of the address', () => {
    expect(arrive('https://lab/user/ada/lab?x=1#codeassess-join=7K3M-9QRT-2XWB')).toEqual([
      '7K3M-9QRT-2XWB',
      '/user/ada/lab?x=1'
    ]);
  });

  test('what cannot be a code is taken out too, and not used; other fragments stay', () => {
    expect(arrive('https://lab/lab#codeassess-join=<img>')).toEqual(['', '/lab']);
    expect(arrive(`https://lab/lab#codeassess-join=${'A'.repeat(41)}`)).toEqual(['', '/lab']);
    expect(arrive('https://lab/lab#heading')).toEqual(['', '/lab#heading']);
  });
});

describe('links of the page', () => {
  test('name the extension as it is published, and the server', () => {
    const { publisher, name } = JSON.parse(readFileSync('../vscode/package.json', 'utf8'));
    const link = new URL(vsCodeLink('https://code.example.org/exam & more/', '7K3M-9QRT-2XWB'));
    expect([link.protocol, link.host, link.pathname]).toEqual(['vscode:', `${publisher}.${name}`, '/join']);
    expect(Object.fromEntries(link.searchParams)).toEqual({
      server: 'https://code.example.org/exam & more',
      code: '7K3M-9QRT-2XWB'
    });
  });

  test('into JupyterLab hold the code where no server sees it', () => {
    const link = new URL(labLink('https://hub/hub/user-redirect/lab', '7K3M-9QRT-2XWB'));
    expect([link.pathname, link.search, link.hash]).toEqual([
      '/hub/user-redirect/lab',
      '',
      '#codeassess-join=7K3M-9QRT-2XWB'
    ]);
  });
});
