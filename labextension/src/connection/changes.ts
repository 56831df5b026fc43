import type { WireChange, WirePosition } from '../wire';
import type { Numbered } from './store';

/** A shorter text is sent whole: a range would be longer. */
const WHOLE_BELOW = 200;

/**
 * Writes the messages of one socket: a code update that follows another one of its document is sent as the change
 * between the two. The kept messages stay whole, so that each can be the first on another socket.
 */
export class ChangeWriter {
  /** Forget what was sent: the next update of each document is sent whole. */
  reset(): void {
    this._sent.clear();
  }

  /** The message as it is to be sent, and whether its text was left out. */
  write(message: Numbered): { frame: object; whole: boolean } {
    if (message.message_type !== 'code_update' || typeof message.code !== 'string') {
      return { frame: message, whole: true };
    }
    const { code, ...rest } = message;
    const uri = message.document?.uri ?? '';
    const before = this._sent.get(uri);
    this._sent.set(uri, code);
    // Without the hash of the whole text the server could not find that it has another text.
    if (before === undefined || !message.sha256 || code.length < WHOLE_BELOW) {
      return { frame: message, whole: true };
    }
    return { frame: { ...rest, changes: [changeBetween(before, code)] }, whole: false };
  }

  private readonly _sent = new Map<string, string>();
}

/** The change from `before` to `after`: what is between their common prefix and suffix. */
export function changeBetween(before: string, after: string): WireChange {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  while (start > 0 && !(parts(before, start) && parts(after, start))) {
    start--;
  }
  let suffix = 0;
  while (
    suffix < most - start &&
    before.charCodeAt(before.length - 1 - suffix) === after.charCodeAt(after.length - 1 - suffix)
  ) {
    suffix++;
  }
  while (suffix > 0 && !(parts(before, before.length - suffix) && parts(after, after.length - suffix))) {
    suffix--;
  }
  const end = before.length - suffix;
  const from = positionAt(before, start);
  return {
    range: { start: from, end: end === start ? from : positionAt(before, end) },
    text: after.slice(start, after.length - suffix)
  };
}

/** Whether a text may be cut at `at`: not within a surrogate pair, not between the two halves of a line end. */
function parts(text: string, at: number): boolean {
  const left = text.charCodeAt(at - 1);
  const right = text.charCodeAt(at);
  return !(left >= 0xd800 && left < 0xdc00 && right >= 0xdc00 && right < 0xe000) && !(left === 13 && right === 10);
}

/** The LSP position of an offset: lines end with \n, \r\n or \r. */
function positionAt(text: string, offset: number): WirePosition {
  let line = 0;
  let start = 0;
  for (let at = 0; at < offset; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) {
      line++;
      start = at + 1;
    }
  }
  return { line, character: offset - start };
}
