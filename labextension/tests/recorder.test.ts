import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Unnumbered } from '../src/connection/outbox';
import type { Documents, IRename } from '../src/watchers/documents';
import { Recorder } from '../src/watchers/recorder';
import type { Watcher } from '../src/watchers/watcher';
import type { Cause } from '../src/wire';

/** A document that somebody types in. */
class Written {
  readonly changed = new Signal<this, Cause>(this);
  readonly activityHappened = new Signal<this, never>(this);
  path = 'a.py';
  code = '';
  /** What was typed and not yet told. */
  collected = false;

  text(): object {
    return { uri: this.path, language: 'python', code: this.code };
  }

  type(code: string): void {
    this.code = code;
    this.collected = true;
  }

  flush(): void {
    if (this.collected) {
      this.collected = false;
      this.changed.emit('typing');
    }
  }
}

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const frame = new EventTarget();

beforeEach(() => void Object.assign(globalThis, { document: page, window: frame }));
afterEach(() => void Object.assign(globalThis, { document: undefined, window: undefined }));

/** What a recorder posts, in order, when `work` happens to a document. */
async function posted(
  work: (written: Written, renamed: Signal<object, IRename>) => void,
  last?: string
): Promise<Unnumbered[]> {
  const written = new Written();
  const opened = new Signal<object, Watcher>({});
  const renamed = new Signal<object, IRename>({});
  const documents = { opened, renamed, watchers: [written], paths: ['a.py'] } as unknown as Documents;
  const messages: Unnumbered[] = [];
  const recorder = new Recorder(documents, { text: async () => last }, message => void messages.push(message));
  opened.emit(written as unknown as Watcher);
  await Promise.resolve();
  await recorder.flush();
  work(written, renamed);
  const now = [...messages];
  await recorder.flush();
  expect(messages.slice(0, now.length)).toEqual(now);
  recorder.dispose();
  return messages;
}

const codes = (messages: readonly Unnumbered[]): unknown[] =>
  messages.map(message => ('code' in message ? message.code : message));
const bare = (messages: readonly Unnumbered[]): boolean[] => messages.map(message => !('sha256' in message));

describe('what is typed', () => {
  test('is posted in order, with the hash of the text', async () => {
    const messages = await posted(written => ['a', 'ab'].forEach(code => (written.type(code), written.flush())));
    expect([codes(messages), bare(messages)]).toEqual([
      ['', 'a', 'ab'],
      [false, false, false]
    ]); // prettier-ignore
  });

  test('is posted before the page goes, without waiting for a hash, and once', async () => {
    const messages = await posted(written => {
      written.type('a');
      written.flush();
      written.type('ab');
      frame.dispatchEvent(new Event('pagehide'));
      written.type('abc');
    });
    expect([codes(messages), bare(messages)]).toEqual([
      ['', 'a', 'ab', 'abc'],
      [false, true, true, false]
    ]); // prettier-ignore
  });

  test('is posted before the page is hidden, and that it was', async () => {
    page.visibilityState = 'hidden';
    const messages = await posted(written => {
      written.type('a');
      page.dispatchEvent(new Event('visibilitychange'));
    });
    const left = { message_type: 'activity', kind: 'focus', detail: { visible: false } };
    expect(codes(messages)).toEqual(['', 'a', left]);
  });

  test('goes on under another name, after word of it, also what was typed just before', async () => {
    const messages = await posted((written, renamed) => {
      written.type('a');
      written.path = 'b.py';
      renamed.emit({ from: 'a.py', to: 'b.py' });
      written.type('ab');
    });
    const moved = { message_type: 'activity', kind: 'document_renamed', detail: { from: 'a.py', to: 'b.py' } };
    expect(codes(messages)).toEqual(['', moved, 'a', 'ab']);
    const names = messages.map(message => ('document' in message ? message.document?.uri : null));
    expect(names).toEqual(['a.py', null, 'b.py', 'b.py']);
  });

  test('of a closed document with another name has nothing new to tell', async () => {
    const messages = await posted((_, renamed) => renamed.emit({ from: 'c.py', to: 'd.py' }));
    const moved = { message_type: 'activity', kind: 'document_renamed', detail: { from: 'c.py', to: 'd.py' } };
    expect(codes(messages)).toEqual(['', moved]);
  });

  test('before a reload is not written over by the file that came back', async () => {
    expect(await posted(() => undefined, 'typed')).toEqual([]);
    expect(codes(await posted(() => undefined, ''))).toEqual(['']);
  });
});
