import { URLExt } from '@jupyterlab/coreutils';
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

  /** Where people sign in that a hub knows, below the base URL; empty: there is no hub. */
  hub = '';

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

  /** Sign in with a token, or with the code or the link of an invitation. */
  signIn(secret: string): Promise<wire.Me> {
    return this._send('codeassess/sign-in', secret.startsWith('ca_') ? { token: secret } : { code: secret });
  }

  /** To what a code invites; it is not used up. */
  look(code: string): Promise<wire.InvitedTo> {
    return this._send('codeassess/join/look', { code });
  }

  /** A code with which this person goes on in another program: it works once, within a minute. */
  handOver(): Promise<wire.HandOverOut> {
    return this._send('codeassess/hand-over', {});
  }

  async signOut(): Promise<void> {
    await this._fetch('codeassess/sign-out', { method: 'POST' });
  }

  /** A page of the audit, the newest line first. */
  audit(query: Record<string, string>): Promise<{ items: wire.AuditLineOut[]; next?: string | null }> {
    return this._call(`codeassess/audit${URLExt.objectToQueryString(query)}`);
  }

  /** The people on the roster, by id. */
  people(): Promise<wire.PersonOut[]> {
    return this._whole(this._pages<wire.PersonOut>('people/'));
  }

  /** Add the people of a roster, all or none. */
  addRoster(csv: string): Promise<wire.RosterOut> {
    return this._send('people/', { csv });
  }

  /** Who is invited to an assessment, and how far each has come. */
  invitations(assessment: string): Promise<wire.InvitationOut[]> {
    return this._whole(this._pages<wire.InvitationOut>(invitationsOf(assessment)));
  }

  /** Invite a group of the roster; the codes are told this once. */
  invite(assessment: string, group: string): Promise<wire.InvitationsMade> {
    return this._send(invitationsOf(assessment), { group });
  }

  async withdraw(assessment: string, invitation: string): Promise<void> {
    await this._fetch(`${invitationsOf(assessment)}${encodeURIComponent(invitation)}/`, { method: 'DELETE' });
  }

  private _send<T>(path: string, body: object): Promise<T> {
    const headers = { 'Content-Type': 'application/json' };
    return this._call(path, { method: 'POST', body: JSON.stringify(body), headers });
  }

  /** Everything that was recorded in a session besides its code, as far as this person is told. */
  everything(id: string): Promise<wire.InteractionOut[]> {
    return this._whole(this._pages(`sessions/${encodeURIComponent(id)}/interactions/`));
  }

  /** The snapshots of a session, without their code. */
  snapshots(id: string): Promise<wire.SnapshotInfoOut[]> {
    return this._whole(this._pages(`sessions/${encodeURIComponent(id)}/snapshots/`));
  }

  /** The sessions of this person, the newest first. */
  ownSessions(): Promise<wire.SessionOut[]> {
    return this._whole(this._pages<wire.SessionOut>('sessions/'));
  }

  /** Sign in at the hub, which sends the browser back here. */
  signInAtHub(): void {
    window.location.assign(new URL(this.hub, this.settings.baseUrl));
  }

  protected override async _fetch(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      return await super._fetch(path, init);
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) {
        const { sign_in } = problem.detail;
        this.hub = typeof sign_in === 'string' ? sign_in : '';
        if (!path.startsWith('codeassess/')) {
          this.signedOut.emit();
        }
      }
      throw problem;
    }
  }
}

function invitationsOf(assessment: string): string {
  return `assessments/${encodeURIComponent(assessment)}/invitations/`;
}
