import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { hasCodeassess, makeEnvironment, NotInstalled, PYTHONS, wheel } from '../src/environment';

const home = mkdtempSync(path.join(tmpdir(), 'codeassess-environment-'));

/** A Python 3.11 or newer, as a person would have one. */
function realPython(): string {
  const fits = (python: string): boolean => {
    try {
      execFileSync(python, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'], {
        stdio: 'ignore'
      });
      return true;
    } catch {
      return false;
    }
  };
  const found = PYTHONS.find(fits);
  assert.ok(found, 'these tests need Python 3.11 or newer');
  return found;
}

function program(name: string, script: string): string {
  const file = path.join(home, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function refusal(pythons: string[], requirement = 'codeassess', signal?: AbortSignal): Promise<NotInstalled> {
  const folder = path.join(home, 'environment');
  try {
    await makeEnvironment({
      extent: 'whole',
      folder,
      requirement,
      pythons,
      doing: () => undefined,
      ...(signal && { signal })
    });
  } catch (problem) {
    assert.ok(problem instanceof NotInstalled, String(problem));
    assert.ok(!existsSync(folder), 'half an environment was left behind');
    return problem;
  }
  throw new Error('an environment was made');
}

test('without any Python the sentence says which is needed and where one comes from', async () => {
  const { message } = await refusal([path.join(home, 'nowhere'), 'no-such-python']);
  assert.match(message, /needs Python 3\.11 or newer, and none was found\. Install one from python\.org/);
});

test('a Python that is too old is named', async () => {
  const old = program('old', `echo 3 9 /usr/bin/python3.9`);
  assert.match((await refusal([old])).message, /none was found \(.*old is Python 3\.9\)/);
});

test('a Python without venv says what to install', async () => {
  const modules = path.join(home, 'without-venv');
  mkdirSync(modules);
  writeFileSync(path.join(modules, 'ensurepip.py'), 'raise ModuleNotFoundError("No module named ensurepip")');
  const debian = program('debian', `PYTHONPATH=${modules} exec ${realPython()} "$@"`);
  const { message } = await refusal([debian]);
  assert.match(message, /\(Python 3\.\d+\) cannot make environments.*sudo apt install python3-venv/);
});

test('a package index that cannot be reached is not taken for a package that does not exist', async () => {
  const network = { PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '', PIP_FIND_LINKS: '', PIP_EXTRA_INDEX_URL: '' };
  Object.assign(process.env, network, { PIP_INDEX_URL: 'http://127.0.0.1:9/simple' }); // nobody listens there
  const { message, log } = await refusal([realPython()]);
  assert.match(message, /package index cannot be reached.*HTTPS_PROXY/);
  assert.match(log, /No matching distribution/);
});

test('what pip complains of is told', async () => {
  const { message } = await refusal([realPython()], path.join(home, 'codeassess-9-py3-none-any.whl'));
  assert.match(message, /could not be installed: .*codeassess-9-py3-none-any\.whl/);
});

test('whoever cancels is left with nothing', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  await refusal([realPython()], 'codeassess', stop.signal);
});

test('an interpreter without codeassess is seen to be one', async () => {
  assert.equal(await hasCodeassess(path.join(home, 'nowhere'), 'light'), false);
});

test('only a wheel is installed: a name could be anybody’s', async () => {
  const folder = path.join(home, 'wheel');
  await assert.rejects(wheel('', folder), /came without the codeassess wheel/);
  for (const name of ['codeassess', 'codeassess==0.1.0', 'https://example.org/codeassess']) {
    await assert.rejects(wheel(name, folder), /must be the path of a codeassess wheel/);
  }
  assert.equal(
    await wheel('/given/codeassess-0.1.0-py3-none-any.whl', folder),
    '/given/codeassess-0.1.0-py3-none-any.whl'
  );
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'codeassess-0.1.0-py3-none-any.whl'), '');
  assert.equal(await wheel('', folder), path.join(folder, 'codeassess-0.1.0-py3-none-any.whl'));
});
