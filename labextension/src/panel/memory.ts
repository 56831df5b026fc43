import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Database } from '../connection/store';
import type { IExchange } from './conversation';

const KEY = 'codeassess:candidate';

/** What survives a reload besides messages: the session to which the candidate agreed, and its documents. */
export interface IRemembered {
  session: string;
  documents: readonly string[];
}

/**
 * Remembers the candidate's session, in the storage of this browser and in the workspace.
 *
 * The browser's storage comes first: it has what was not saved yet, and survives a reset of the workspace. The workspace
 * is for a candidate who moves to another computer.
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

  /** The draft of an answer. */
  async draft(question: string): Promise<string> {
    return (await this.database?.get('drafts', question)) ?? '';
  }

  /** The draft of a slot. */
  static slotDraft(question: string, slot: string): string {
    return `${question} ${slot}`;
  }

  /** The answer is sent. */
  async dropDrafts({ id, slots }: Pick<IExchange, 'id' | 'slots'>): Promise<void> {
    await this.keepDraft(id, '');
    await Promise.all(slots.map(slot => this.keepDraft(Memory.slotDraft(id, slot.id), '')));
  }

  async keepDraft(question: string, text: string): Promise<void> {
    if (text) {
      await this.database?.put('drafts', text, question);
    } else {
      await this.database?.delete('drafts', question);
    }
  }
}
