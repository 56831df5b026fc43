import type { Api } from '../connection/api';
import type { IRegion } from '../watchers/excerpt';
import type * as wire from '../wire';
import type { IExchange } from './conversation';

/** The code that the questions of one session are about, as it was. */
export class Regions {
  constructor(
    private readonly _api: Api,
    private readonly _session: string
  ) {}

  /** Where a question is; null when it has no region, or the server does not answer. */
  async of({ region }: IExchange): Promise<IRegion | null> {
    if (region === null) {
      return null;
    }
    this._snapshots[region.snapshot] ??= this._api.snapshot(this._session, region.snapshot);
    try {
      const { code } = await this._snapshots[region.snapshot];
      return { path: region.document, code, startLine: region.start_line, endLine: region.end_line };
    } catch {
      delete this._snapshots[region.snapshot]; // offline: asked again the next time
      return null;
    }
  }

  private readonly _snapshots: Record<number, Promise<wire.SnapshotOut>> = {};
}
