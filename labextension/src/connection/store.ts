import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';

import type * as wire from '../wire';

/** A message with its number, as it is sent. */
export type Numbered = Exclude<wire.ClientMessage, wire.Hello> & { seq: number };

/** A message on its way: kept until the server has acknowledged it. */
export interface IEntry {
  session: string;
  seq: number;
  message: Numbered;
  /** When it was written, in milliseconds since the epoch. */
  at: number;
}

interface ISchema extends DBSchema {
  outbox: { key: [string, number]; value: IEntry };
  progress: { key: string; value: { session: string; acked: number } };
  drafts: { key: string; value: string };
  texts: { key: [string, string]; value: string };
}

export type Database = IDBPDatabase<ISchema>;

const NAME = 'codeassess';

/** What this browser keeps of sessions: messages not yet acknowledged, answers
 * not yet sent, and the latest text of each document. */
export function openStore(name = NAME): Promise<Database> {
  return openDB<ISchema>(name, 1, {
    upgrade(database) {
      database.createObjectStore('outbox', { keyPath: ['session', 'seq'] });
      database.createObjectStore('progress', { keyPath: 'session' });
      database.createObjectStore('drafts');
      database.createObjectStore('texts');
    }
  });
}

export function deleteStore(name = NAME): Promise<void> {
  return deleteDB(name);
}
