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

import { PROTOCOL, type Mode, type Problem, type Question, type State, type Status } from './wire';

/** What the server refused, with its stable code. */
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
  /** The process runs, for the first time or again. */
  ready(): void;
  /** The process has died; `again`: it is being started again. */
  died(again: boolean): void;
}

/** The code of a Refusal when there is no process to do it. */
export const AWAY = 'language_server_away';
const GONE: ReadonlySet<number> = new Set([ErrorCodes.ConnectionInactive, ErrorCodes.PendingResponseRejected]);

/** How often within how many milliseconds the process may die before it is left alone. */
const DEATHS = 5;
const DEATHS_WITHIN = 180_000;

export interface Launch {
  python: string;
  mode: Mode;
  serverUrl: string;
}

/** Tells the language server that questions can be shown by us. */
const announcement: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    const experimental = (capabilities.experimental ?? {}) as Record<string, unknown>;
    capabilities.experimental = { ...experimental, codeassess: { protocol: PROTOCOL } };
  },
  initialize(): void {},
  getState: (): FeatureState => ({ kind: 'static' }),
  clear(): void {}
};

/** The language server's process. It is started again when it dies; what was typed is on its disk. */
export class Server {
  constructor(
    readonly launch: Launch,
    private readonly _listener: Listener
  ) {
    const { python, mode, serverUrl } = launch;
    this._client = new LanguageClient(
      'codeassess',
      'CodeAssess',
      { command: python, args: ['-m', 'codeassess_lsp'], transport: TransportKind.stdio },
      {
        documentSelector: [{ scheme: 'file' }, { scheme: 'untitled' }],
        initializationOptions: { mode, ...(serverUrl && { serverUrl }) },
        progressOnInitialization: false,
        errorHandler: {
          // A message that could not be written: when the process is gone, `closed` comes next.
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

  /** Whether the process runs or is about to. */
  get alive(): boolean {
    return this._deaths.length < DEATHS;
  }

  /** Once more, after it was left alone. */
  async startAgain(): Promise<void> {
    this._deaths = [];
    await this._client.start();
  }

  showLog(): void {
    this._client.outputChannel.show(true);
  }

  async stop(): Promise<void> {
    await this._client.stop().catch(() => undefined);
    await this._client.dispose().catch(() => undefined);
  }

  status(): Promise<Status> {
    return this._ask('status', {});
  }

  /** Most operations answer with the state. */
  do(name: 'start' | 'join' | 'token', parameters: Record<string, unknown>): Promise<State>;
  do(name: 'addDocument' | 'removeDocument', parameters: { uri: string }): Promise<State>;
  do(name: 'finish' | 'leave' | 'reconnect', parameters?: object): Promise<State>;
  do(name: string, parameters: object = {}): Promise<State> {
    return this._ask(name, parameters);
  }

  answer(id: string, text: string): Promise<Question> {
    return this._ask('answer', { id, text });
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

  /** The process has died: is it to be started again? */
  private _again(): boolean {
    const now = Date.now();
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
  private _deaths: number[] = [];
}

export function isRefusal(problem: unknown, code: string): boolean {
  return problem instanceof Refusal && problem.code === code;
}

export function reason(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

export function complain(problem: unknown): void {
  void vscode.window.showErrorMessage(`CodeAssess: ${reason(problem)}`);
}
