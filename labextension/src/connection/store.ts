import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';

import type * as wire from '../wire';

/** A message with its number, as it is sent. */
export type Numbered = Exclude<wire.ClientMessage, wire.Hello> & { seq: number };

/** A message that is kept until the server has acknowledged it. */
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
  current: { key: string; value: { session: string; documents: string[] } };
  texts: { key: [string, string]; value: string };
}

export type Database = IDBPDatabase<ISchema>;

/** What this browser keeps of sessions: messages not yet acknowledged, answers
 * not yet sent, and the latest text of each document.
 * @param name one for each server, because browsers have one store for everything behind one host */
export function openStore(name: string): Promise<Database> {
  return openDB<ISchema>(name, 1, {
    upgrade(database) {
      database.createObjectStore('outbox', { keyPath: ['session', 'seq'] });
      database.createObjectStore('progress', { keyPath: 'session' });
      database.createObjectStore('drafts');
      database.createObjectStore('current');
      database.createObjectStore('texts');
    }
  });
}

export function deleteStore(name: string): Promise<void> {
  return deleteDB(name);
}
