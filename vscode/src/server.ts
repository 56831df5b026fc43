import { homedir } from 'node:os';

import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  ErrorCodes,
  LanguageClient,
  ResponseError,
  State as ClientState,
  TransportKind,
  type ClientCapabilities,
  type FeatureState,
  type StaticFeature
} from 'vscode-languageclient/node';

import { tracing } from './tracing';
import {
  PROTOCOL,
  type Mode,
  type Problem,
  type Question,
  type Redeemed,
  type Starter,
  type State,
  type Status
} from './wire';

/** An error of the language server, with its stable code. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string
  ) {
    super(message);
  }
}

export interface Listener {
  state(state: State): void;
  question(question: Question): void;
  evaluation(question: Question): void;
  report(): void;
  problem(problem: Problem): void;
  /** The process has started, for the first time or again. */
  ready(): void;
  /** The process has died; `again`: it is restarted. */
  died(again: boolean): void;
}

/** The code of a Refusal when the candidate has to join, or to give a token. */
export const NO_TOKEN = 'no_token';
/** The code of a Refusal when no process runs. */
export const AWAY = 'language_server_away';
const GONE: ReadonlySet<number> = new Set([ErrorCodes.ConnectionInactive, ErrorCodes.PendingResponseRejected]);

/** After so many deaths within so many milliseconds the process is not restarted. */
const DEATHS = 5;
const DEATHS_WITHIN = 180_000;

export interface Launch {
  python: string;
  mode: Mode;
  serverUrl: string;
}

/** Announces to the language server that this client shows questions itself. */
const announcement: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    const experimental = (capabilities.experimental ?? {}) as Record<string, unknown>;
    capabilities.experimental = { ...experimental, codeassess: { protocol: PROTOCOL } };
  },
  initialize(): void {},
  getState: (): FeatureState => ({ kind: 'static' }),
  clear(): void {}
};

/** The process of the language server. It is restarted when it dies; what was typed is on disk. */
export class Server {
  constructor(
    readonly launch: Launch,
    private readonly _listener: Listener,
    private readonly _log: vscode.LogOutputChannel
  ) {
    const { python, mode, serverUrl } = launch;
    this._trace = tracing(_log);
    this._client = new LanguageClient(
      'codeassess.client', // not `codeassess`: the client takes `<id>.trace.server` from the settings by itself
      'CodeAssess',
      {
        command: python,
        // Without -P, and with the workspace as its folder, Python would import the candidate's queue.py as its own.
        args: ['-P', '-m', 'codeassess_lsp'],
        options: { cwd: homedir(), env: { ...process.env, PYTHONSAFEPATH: '1' } },
        transport: TransportKind.stdio
      },
      {
        documentSelector: [{ scheme: 'file' }, { scheme: 'untitled' }],
        initializationOptions: { mode, ...(serverUrl && { serverUrl }) },
        outputChannel: _log,
        traceOutputChannel: this._trace,
        progressOnInitialization: false,
        errorHandler: {
          // A message could not be written: when the process has ended, `closed` is called next.
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => ({ action: this._again() ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true })
        }
      }
    );
    this._client.registerFeature(announcement);
    this._listen();
  }

  async start(): Promise<void> {
    await this._client.start();
  }

  /** Does the process run, or is it being restarted? */
  get alive(): boolean {
    return this._deaths.length < DEATHS;
  }

  /** Start the process again, after it was stopped or is stopped here. */
  async startAgain(): Promise<void> {
    this._deaths = [];
    if (this._client.isRunning()) {
      await this._client.stop();
    }
    await this._client.start();
  }

  showLog(): void {
    this._log.show(true);
  }

  async stop(): Promise<void> {
    await this._client.stop().catch(() => undefined);
    await this._client.dispose().catch(() => undefined);
    this._trace.dispose();
  }

  status(): Promise<Status> {
    return this._ask('status', {});
  }

  /** Operations that answer with the state. */
  do(name: 'start' | 'join' | 'token', parameters: Record<string, unknown>): Promise<State>;
  do(name: 'addDocument' | 'removeDocument', parameters: { uri: string }): Promise<State>;
  do(name: 'finish' | 'leave' | 'reconnect', parameters?: object): Promise<State>;
  do(name: string, parameters: object = {}): Promise<State> {
    return this._ask(name, parameters);
  }

  /** Exchange the code of an invitation for a credential; the language server keeps it. */
  redeem(parameters: { code: string; serverUrl: string }): Promise<Redeemed> {
    return this._ask('redeem', parameters);
  }

  /** Put the files of the task into a folder; none is overwritten. */
  starter(folder: string): Promise<Starter> {
    return this._ask('starter', { folder });
  }

  /** `slots`: what was put into the question's slots, by their ids. */
  answer(id: string, text: string, slots: Readonly<Record<string, string>>): Promise<Question> {
    return this._ask('answer', { id, text, slots });
  }

  defer(id: string): Promise<Question> {
    return this._ask('defer', { id });
  }

  /** The report in Markdown. */
  async report(): Promise<string> {
    return (await this._ask<{ markdown: string }>('readReport', {})).markdown;
  }

  private async _ask<T>(name: string, parameters: object): Promise<T> {
    try {
      return await this._client.sendRequest<T>(`codeassess/${name}`, parameters);
    } catch (problem) {
      const refused = problem instanceof ResponseError ? (problem.data as Partial<Problem> | undefined) : undefined;
      if (refused?.code !== undefined) {
        throw new Refusal(refused.code, reason(problem));
      }
      if (problem instanceof ResponseError && GONE.has(problem.code)) {
        throw new Refusal(AWAY, 'The language server is not running at the moment. Try again when it is.');
      }
      throw problem;
    }
  }

  /** The process has died: shall it be restarted? */
  private _again(): boolean {
    const now = performance.now();
    this._deaths = [...this._deaths.filter(death => now - death < DEATHS_WITHIN), now];
    this._listener.died(this.alive);
    return this.alive;
  }

  private _listen(): void {
    const listener = this._listener;
    this._client.onNotification('codeassess/state', (state: State) => listener.state(state));
    this._client.onNotification('codeassess/question', (question: Question) => listener.question(question));
    this._client.onNotification('codeassess/evaluation', (question: Question) => listener.evaluation(question));
    this._client.onNotification('codeassess/report', () => listener.report());
    this._client.onNotification('codeassess/problem', (problem: Problem) => listener.problem(problem));
    this._client.onDidChangeState(({ newState }) => {
      if (newState === ClientState.Running) {
        listener.ready();
      }
    });
  }

  private readonly _client: LanguageClient;
  private readonly _trace: vscode.LogOutputChannel;
  private _deaths: number[] = [];
}

export function isRefusal(problem: unknown, code: string): problem is Refusal {
  return problem instanceof Refusal && problem.code === code;
}

export function reason(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

export function complain(problem: unknown): void {
  void vscode.window.showErrorMessage(`CodeAssess: ${reason(problem)}`);
}
