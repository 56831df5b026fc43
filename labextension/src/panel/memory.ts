import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Database } from '../connection/store';

const KEY = 'codeassess:candidate';

/** What survives a reload besides messages: the session the candidate agreed to, its documents. */
export interface IRemembered {
  session: string;
  documents: readonly string[];
}

/**
 * What this browser knows of the candidate's session, and in the second place the workspace.
 *
 * The browser comes first: it holds what was not yet saved, and still knows when a workspace was reset. The workspace
 * knows when the candidate moves to another computer.
 */
export class Memory {
  constructor(
    private readonly _state: IStateDB | null,
    readonly database: Database | null
  ) {}

  async recall(): Promise<IRemembered | null> {
    const kept = (await this.database?.get('current', KEY)) ?? (await this._state?.fetch(KEY));
    const { session, documents } = (kept ?? {}) as ReadonlyPartialJSONObject;
    if (typeof session !== 'string' || !Array.isArray(documents)) {
      return null;
    }
    return { session, documents: documents.filter((path): path is string => typeof path === 'string') };
  }

  async keep({ session, documents }: IRemembered): Promise<void> {
    const kept = { session, documents: [...documents] };
    await this.database?.put('current', kept, KEY);
    await this._state?.save(KEY, kept);
  }

  async forget(): Promise<void> {
    await this.database?.delete('current', KEY);
    await this._state?.remove(KEY);
  }

  /** The answer that was begun to a question. */
  async draft(question: string): Promise<string> {
    return (await this.database?.get('drafts', question)) ?? '';
  }

  async keepDraft(question: string, text: string): Promise<void> {
    if (text) {
      await this.database?.put('drafts', text, question);
    } else {
      await this.database?.delete('drafts', question);
    }
  }
}
