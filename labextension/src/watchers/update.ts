import type { Unnumbered } from '../connection/outbox';
import { MAX_DOCUMENT_BYTES, type Cause } from '../wire';

/** The present text of one document. */
export interface IText {
  uri: string;
  language: string;
  code: string;
}

/** The text exceeds the size limit of the server. */
export class TooBig extends Error {}

/** The message that tells the server about a text. */
export type CodeUpdate = Extract<Unnumbered, { message_type: 'code_update' }>;

/**
 * Make the message for a text.
 *
 * @throws TooBig over `MAX_DOCUMENT_BYTES` of UTF-8
 */
export function codeUpdate(text: IText, cause: Cause): CodeUpdate {
  const code = storable(text.code);
  if (3 * code.length > MAX_DOCUMENT_BYTES && utf8(code).length > MAX_DOCUMENT_BYTES) {
    throw new TooBig(text.uri);
  }
  return { message_type: 'code_update', document: { uri: text.uri, language: text.language }, cause, code };
}

/** The message with the hash of its text, if the browser can compute it. */
export async function hashed(message: CodeUpdate): Promise<CodeUpdate> {
  const sha256 = await digest(utf8(message.code ?? ''));
  return { ...message, ...(sha256 && { sha256 }) };
}

/** The name of a language by its MIME type: `text/x-python` and `text/x-ipython` are python. */
export function languageOf(mimeType: string): string {
  const name = mimeType.replace(/^\w+\/(?:x-)?/, '').slice(0, 40);
  return name.startsWith('ipython') ? 'python' : name;
}

/** Replace what neither UTF-8 nor a database can hold (half a surrogate pair, NUL) by U+FFFD. */
export function storable(text: string): string {
  return text.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** In hex; undefined on a page over plain http, where browsers give no hash. The field is optional. */
async function digest(bytes: Uint8Array): Promise<string | null> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) {
    return null;
  }
  const hash = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('');
}
