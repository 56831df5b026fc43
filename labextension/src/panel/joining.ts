import { Signal, type ISignal } from '@lumino/signaling';

import { asApiError, type Api } from '../connection/api';
import type * as wire from '../wire';

/** How a candidate comes to an assessment, where this Jupyter passes everything on to a service. */
export class Joining {
  /**
   * @param service the address of the service; empty: everything is recorded by the server of this page
   * @param byCode false: a JupyterHub says who the candidate is, and no code is needed
   */
  constructor(
    private readonly _api: Api,
    readonly service: string,
    readonly byCode = true
  ) {}

  /** What the candidate is invited to; null: not known, because nobody has joined here yet. */
  invitations: readonly wire.OwnInvitation[] | null = null;
  /** What went wrong, in the server's words. */
  message: string | null = null;
  busy = false;
  /** The code of the link with which this page was opened, until it was used. */
  arrived = '';

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Ask what the candidate is invited to. */
  async load(): Promise<void> {
    await this._try(async () => {
      try {
        this.invitations = await this._api.ownInvitations();
      } catch (problem) {
        if (asApiError(problem).code !== 'not_joined') {
          throw problem;
        }
        this.invitations = null;
      }
    });
  }

  /** Use a code, or a whole link; returns the invitation, or null when it was refused. */
  async join(code: string): Promise<wire.OwnInvitation | null> {
    let joined: wire.OwnInvitation | undefined;
    await this._try(async () => {
      const { assessment_id } = await this._api.join(code);
      this.arrived = '';
      this.invitations = await this._api.ownInvitations();
      joined = this.invitations.find(invitation => invitation.assessment_id === assessment_id);
    });
    return joined ?? null;
  }

  private async _try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.message = null;
    this._changed.emit();
    try {
      await work();
    } catch (problem) {
      this.message = asApiError(problem).message;
    }
    this.busy = false;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
}
