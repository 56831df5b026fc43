/** The extension's own Python environment, made on request. Independent of VS Code. */

import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import * as path from 'node:path';

const OLDEST = [3, 11] as const;
const PROBE_MILLISECONDS = 30_000;
const WINDOWS = process.platform === 'win32';
const USABLE: Readonly<Record<Extent, string>> = {
  light: 'import codeassess_lsp.server',
  whole: 'import codeassess_lsp.server, sys; from codeassess_lsp.requirements import missing; sys.exit(bool(missing()))'
};
const PROBE = 'import sys; print(sys.version_info[0], sys.version_info[1], sys.executable); import venv, ensurepip';
/** The messages of pip when it reached no index. Its last message, that there is no such package, would mislead. */
const UNREACHED =
  /NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|connection broken/;

/** Why there is no environment: a sentence that says what would help, and the output of the tools. */
export class NotInstalled extends Error {
  constructor(
    message: string,
    readonly log = ''
  ) {
    super(message);
  }
}

/** How much is installed: `light` is enough where sessions are on a server, practice needs the `whole`. */
export type Extent = 'light' | 'whole';

export interface Wanted {
  extent: Extent;
  /** The folder of the environment; it is replaced. */
  folder: string;
  /** What pip installs: the path of a wheel (`wheel`). */
  requirement: string;
  /** Interpreters to make it with, the best first. */
  pythons: readonly string[];
  /** Called with each step. */
  doing: (step: string) => void;
  /** Aborted when the candidate cancels. */
  signal?: AbortSignal;
}

/** Interpreters that a computer may have, the best first. */
export const PYTHONS: readonly string[] = WINDOWS
  ? ['python', 'python3', 'py']
  : ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

/** The interpreter of an environment. */
export function pythonIn(folder: string): string {
  return path.join(folder, ...(WINDOWS ? ['Scripts', 'python.exe'] : ['bin', 'python']));
}

/**
 * The wheel to install: `named`, else the one in `folder`, which comes with the extension. A package name is refused:
 * codeassess is not on a package index yet, and a package with that name is not ours.
 */
export async function wheel(named: string, folder: string): Promise<string> {
  if (named !== '' && !/\.whl$/.test(named)) {
    throw new NotInstalled(
      `codeassess.package is ${named}; it must be the path of a codeassess wheel (…/codeassess-….whl).`
    );
  }
  const ours = named ? [] : (await readdir(folder).catch(() => [])).filter(file => file.endsWith('.whl'));
  const found = named || (ours[0] && path.join(folder, ours[0]));
  if (!found) {
    throw new NotInstalled(
      'This extension came without the codeassess wheel. Ask who gave it to you for the wheel, and name its path in the setting codeassess.package.'
    );
  }
  return found;
}

/** Whether codeassess can be used with this interpreter, with all that is needed for it. */
export async function hasCodeassess(python: string, extent: Extent): Promise<boolean> {
  return (await run(python, ['-c', USABLE[extent]], { timeout: PROBE_MILLISECONDS })).ok;
}

/** Make the environment; returns its interpreter, or throws NotInstalled and leaves nothing behind. */
export async function makeEnvironment(wanted: Wanted): Promise<string> {
  const { folder, requirement, doing } = wanted;
  const signal = wanted.signal && { signal: wanted.signal };
  const base = await findBase(wanted.pythons);
  try {
    doing('making a Python environment');
    const made = await run(base, ['-m', 'venv', '--clear', folder], { ...signal });
    if (!made.ok) {
      throw new NotInstalled(`A Python environment could not be made in ${folder}: ${made.reason}`, made.log);
    }
    const python = pythonIn(folder);
    const log = await (wanted.extent === 'light' ? installLight : installWhole)(python, wanted);
    if (!(await hasCodeassess(python, wanted.extent))) {
      throw new NotInstalled(`${requirement} was installed, but there is no codeassess in it.`, log);
    }
    return python;
  } catch (problem) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw problem;
  }
}

async function installWhole(python: string, { requirement, doing, signal }: Wanted): Promise<string> {
  doing(`installing ${path.basename(requirement)} and what it needs; this takes some minutes`);
  return pip(python, [requirement], signal);
}

/** The wheel alone, then what it says that a language server needs. */
async function installLight(python: string, { requirement, doing, signal }: Wanted): Promise<string> {
  doing(`installing ${path.basename(requirement)} and what it needs; this takes a moment`);
  const log = await pip(python, ['--no-deps', requirement], signal);
  const named = await run(python, ['-m', 'codeassess_lsp.requirements'], { timeout: PROBE_MILLISECONDS });
  if (!named.ok) {
    throw new NotInstalled(`${requirement} was installed, but there is no codeassess in it.`, log + named.log);
  }
  return log + (await pip(python, named.out.split(/\r?\n/).filter(Boolean), signal));
}

/** Install with pip; returns what it said, or throws NotInstalled. */
async function pip(python: string, wanted: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const options = ['--disable-pip-version-check', '--no-input', '--retries', '1'];
  const installed = await run(python, ['-m', 'pip', 'install', ...options, ...wanted], { ...(signal && { signal }) });
  if (!installed.ok) {
    throw new NotInstalled(explain(wanted.at(-1) ?? '', installed), installed.log);
  }
  return installed.log;
}

interface Outcome {
  ok: boolean;
  out: string;
  log: string;
  /** The last error. */
  reason: string;
}

function run(
  command: string,
  given: readonly string[],
  options: { timeout?: number; signal?: AbortSignal }
): Promise<Outcome> {
  // In the root folder: a folder of the candidate may contain a module that hides ours.
  const settings = { ...options, cwd: path.parse(process.cwd()).root, maxBuffer: 64 * 1024 * 1024 };
  return new Promise(resolve =>
    execFile(command, given, settings, (problem, out, said) => {
      const lines = said.trim().split('\n');
      const complaint = lines.findLast(line => line.startsWith('ERROR: ')) ?? lines.at(-1);
      const reason =
        complaint?.replace(/^ERROR: /, '').trim() || out.trim().split('\n').at(-1) || problem?.message || '';
      resolve({ ok: problem === null, out, log: `${[command, ...given].join(' ')}\n${out}${said}`, reason });
    })
  );
}

async function findBase(pythons: readonly string[]): Promise<string> {
  const seen: string[] = [];
  let unable: string | undefined;
  for (const python of pythons) {
    const probed = await run(python, ['-c', PROBE], { timeout: PROBE_MILLISECONDS });
    const found = /^(\d+) (\d+) (.+)$/m.exec(probed.log.slice(probed.log.indexOf('\n')));
    const version = found && ([Number(found[1]), Number(found[2])] as const);
    if (!version || version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1])) {
      seen.push(...(version ? [`${python} is Python ${version.join('.')}`] : []));
    } else if (probed.ok) {
      return python;
    } else {
      unable ??= `${found[3]?.trim()} (Python ${version.join('.')})`;
    }
  }
  if (unable !== undefined) {
    throw new NotInstalled(
      `${unable} cannot make environments, because its module venv is missing. ` +
        'On Debian and Ubuntu, install it with: sudo apt install python3-venv'
    );
  }
  const found = seen.length > 0 ? ` (${seen.join(', ')})` : '';
  throw new NotInstalled(
    `codeassess needs Python ${OLDEST.join('.')} or newer, and none was found${found}. Install one from python.org or with your system's packages.`
  );
}

function explain(requirement: string, { log, reason }: Outcome): string {
  if (UNREACHED.test(log)) {
    return 'The Python package index cannot be reached. Check the network; behind a proxy, set HTTPS_PROXY or pip’s settings.';
  }
  return `${requirement} could not be installed: ${reason}`;
}
