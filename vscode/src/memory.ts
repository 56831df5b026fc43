import type * as vscode from 'vscode';

import type { Mode } from './wire';

const KEY = 'codeassess.session';

/** Where this folder was last, and whether a session goes on there. */
export interface Remembered {
  mode: Mode;
  serverUrl: string;
  active: boolean;
}

/** What is known of this folder after a reload. */
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
