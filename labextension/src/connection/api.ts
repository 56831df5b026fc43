import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type * as wire from '../wire';

/** A request that the server refused, or that did not reach it. */
export class ApiError extends Error {
  /** @param status the HTTP status; 0 when no answer came */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: Readonly<Record<string, unknown>> = {}
  ) {
    super(message);
  }
}

/** What was thrown, as an `ApiError`. */
export function asApiError(problem: unknown): ApiError {
  return problem instanceof ApiError ? problem : new ApiError(0, 'unexpected', String(problem));
}

interface IPage<T> {
  items: T[];
  next: string | null;
}

const LARGEST_PAGE = 1000;

/** The REST calls for a candidate. Every method throws `ApiError`. */
export class Api {
  constructor(readonly settings: ServerConnection.ISettings) {}

  /**
   * Begin a session. `key` makes the request repeatable: the same key gives the same session. `agreed` is the digest of
   * the assessment's text to which the candidate has agreed.
   */
  begin(key: string, assessment: string | null = null, agreed: string | null = null): Promise<wire.SessionOut> {
    const body = JSON.stringify({
      ...(assessment !== null && { assessment_id: assessment }),
      ...(agreed !== null && { consent_sha256: agreed })
    });
    return this._call('sessions/', { method: 'POST', body, headers: { 'Idempotency-Key': key } });
  }

  /** Join with a code or a whole link. The credential stays with the server of this page. */
  join(code: string): Promise<{ assessment_id: string }> {
    return this._call('codeassess/join', { method: 'POST', body: JSON.stringify({ code }) });
  }

  /** What the candidate is invited to. */
  async ownInvitations(): Promise<wire.OwnInvitation[]> {
    return (await this._call<{ items: wire.OwnInvitation[] }>('invitations/')).items;
  }

  session(id: string): Promise<wire.SessionOut> {
    return this._call(`sessions/${encodeURIComponent(id)}/`);
  }

  /** The contested scores of a session, and until when scores may be contested. */
  contests(id: string): Promise<wire.ContestsOut> {
    return this._call(`sessions/${encodeURIComponent(id)}/contests/`);
  }

  /** Contest the score of one's own answer. The same again is stored once. */
  contest(id: string, question: string, reason: string): Promise<wire.ContestOut> {
    const body = JSON.stringify({ question_id: question, reason });
    return this._call(`sessions/${encodeURIComponent(id)}/contests`, { method: 'POST', body });
  }

  health(): Promise<wire.Health> {
    return this._call('codeassess/health');
  }

  snapshot(id: string, n: number): Promise<wire.SnapshotOut> {
    return this._call(`sessions/${encodeURIComponent(id)}/snapshots/${n}`);
  }

  /** The summary of a report; null when it may not be read, or is not written. */
  async result(id: string): Promise<string | null> {
    try {
      const { overall } = await this._call<{ overall: wire.OverallPart }>(
        `sessions/${encodeURIComponent(id)}/report/?format=json`
      );
      return overall.score_text;
    } catch {
      return null;
    }
  }

  /** The address of the report for a browser. */
  reportUrl(id: string): string {
    return `${URLExt.join(this.settings.baseUrl, 'sessions', encodeURIComponent(id), 'report')}?format=html`;
  }

  /** What was recorded in a session besides its code, in order, of these kinds; after the one with the number `after`. */
  interactions(id: string, kinds: readonly string[], after?: number): Promise<wire.InteractionOut[]> {
    const address = `sessions/${encodeURIComponent(id)}/interactions/`;
    return this._whole(this._pages(address, { kind: kinds.join() }, after));
  }

  /** A new socket of the session. In the page of the same server the cookie is the credential. */
  socket(id: string): WebSocket {
    const { wsUrl, token, appendToken, WebSocket } = this.settings;
    const query = appendToken && token ? `?token=${encodeURIComponent(token)}` : '';
    return new WebSocket(URLExt.join(wsUrl, 'ws/session', encodeURIComponent(id)) + query);
  }

  /** A list, a page at a time; for a list that only grows, the items after the number `after`, which is its cursor. */
  protected async *_pages<T>(address: string, query: Record<string, string> = {}, after?: number): AsyncGenerator<T[]> {
    let cursor: string | null = after === undefined ? '' : String(after);
    do {
      const wanted = { limit: String(LARGEST_PAGE), ...query, ...(cursor && { cursor }) };
      const page: IPage<T> = await this._call(address + URLExt.objectToQueryString(wanted));
      yield page.items;
      cursor = page.next;
    } while (cursor);
  }

  /** All pages of a list. */
  protected async _whole<T>(pages: AsyncGenerator<T[]>): Promise<T[]> {
    const found: T[] = [];
    for await (const items of pages) {
      found.push(...items);
    }
    return found;
  }

  protected async _call<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await (await this._fetch(path, init)).json()) as T;
  }

  protected async _fetch(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(URLExt.join(this.settings.baseUrl, path), init, this.settings);
    } catch (problem) {
      throw new ApiError(0, 'unreachable', String(problem));
    }
    if (!response.ok) {
      throw await refusal(response);
    }
    return response;
  }
}

async function refusal(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as wire.Error;
    return new ApiError(response.status, error.code, error.message, error.detail);
  } catch {
    return new ApiError(response.status, 'refused', response.statusText);
  }
}
