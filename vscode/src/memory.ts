import type * as vscode from 'vscode';

import type { Mode } from './wire';

const KEY = 'codeassess.session';

/** The last backend of this folder, and whether its session continues. */
export interface Remembered {
  mode: Mode;
  serverUrl: string;
  active: boolean;
}

/** What survives a reload for this folder. */
export class Memory {
  constructor(private readonly _state: vscode.Memento) {}

  get last(): Remembered | undefined {
    return this._state.get<Remembered>(KEY);
  }

  async note(change: Partial<Remembered>): Promise<void> {
    const known = this.last;
    const { mode = 'remote', serverUrl = '', active = false } = { ...known, ...change };
    if (known?.mode !== mode || known.serverUrl !== serverUrl || known.active !== active) {
      await this._state.update(KEY, { mode, serverUrl, active });
    }
  }
}
