import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { ApiError } from '../connection/api';
import { GraderApi } from '../grader/api';
import type * as wire from '../wire';

/** The server below whose address this page lies. The cookie is the credential: scripts have none. */
export function ownServer(): ServerConnection.ISettings {
  const baseUrl = new URL('.', window.location.href.split(/[?#]/)[0]).href;
  return ServerConnection.makeSettings({
    baseUrl,
    wsUrl: baseUrl.replace(/^http/, 'ws'),
    token: '',
    appendToken: false
  });
}

/** The REST calls of the page. Every method throws `ApiError`. */
export class PageApi extends GraderApi {
  /** The server does not know this browser any more. */
  readonly signedOut = new Signal<this, void>(this);

  /** Who is signed in; null when nobody is. */
  async me(): Promise<wire.Me | null> {
    try {
      return await this._call<wire.Me>('codeassess/me');
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) {
        return null;
      }
      throw problem;
    }
  }

  signIn(token: string): Promise<wire.Me> {
    const headers = { 'Content-Type': 'application/json' };
    return this._call('codeassess/sign-in', { method: 'POST', body: JSON.stringify({ token }), headers });
  }

  async signOut(): Promise<void> {
    await this._fetch('codeassess/sign-out', { method: 'POST' });
  }

  /** All assessments that this person may read, in their newest versions, the newest first. */
  assessments(): Promise<wire.AssessmentListed[]> {
    return this._whole(this._pages<wire.AssessmentListed>('assessments/'));
  }

  /** The sessions of this person, the newest first. */
  ownSessions(): Promise<wire.SessionOut[]> {
    return this._whole(this.sessions());
  }

  protected override async _fetch(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      return await super._fetch(path, init);
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401 && !path.startsWith('codeassess/')) {
        this.signedOut.emit();
      }
      throw problem;
    }
  }
}
