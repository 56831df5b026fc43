import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Database } from '../connection/store';
import type { ITexts } from '../watchers/recorder';

const KEY = 'codeassess:candidate';

/** What survives a reload besides messages: the session the candidate agreed to, its documents. */
export interface IRemembered {
  session: string;
  documents: readonly string[];
}

/** The candidate's side of this browser and workspace. */
export class Memory {
  constructor(
    private readonly _state: IStateDB | null,
    readonly database: Database | null
  ) {}

  async recall(): Promise<IRemembered | null> {
    const kept = (await this._state?.fetch(KEY)) as ReadonlyPartialJSONObject | undefined;
    const session = kept?.['session'];
    const documents = kept?.['documents'];
    if (typeof session !== 'string' || !Array.isArray(documents)) {
      return null;
    }
    return { session, documents: documents.filter((path): path is string => typeof path === 'string') };
  }

  async keep(remembered: IRemembered): Promise<void> {
    await this._state?.save(KEY, { session: remembered.session, documents: [...remembered.documents] });
  }

  async forget(): Promise<void> {
    await this._state?.remove(KEY);
  }

  /** The text of each document when it was last recorded from this browser. */
  texts(session: string): ITexts {
    return {
      last: async uri => this.database?.get('texts', [session, uri]),
      keep: async (uri, code) => void (await this.database?.put('texts', code, [session, uri]))
    };
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
