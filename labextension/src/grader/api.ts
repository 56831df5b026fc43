import { URLExt } from '@jupyterlab/coreutils';

import { Api, ApiError } from '../connection/api';
import type * as wire from '../wire';
import type { INewReview, IReport } from './records';

/** The kinds of interactions that the timeline shows; the code comes as edits. */
const EVENT_KINDS = [
  'activity',
  'question_asked',
  'question_deferred',
  'question_withdrawn',
  'response_received',
  'evaluation',
  'evaluation_failed',
  'finish'
];

interface ISessionPage {
  items: wire.SessionOut[];
  next: string | null;
}

/** A file to save, with its name. */
export interface IFile {
  blob: Blob;
  name: string;
}

/** The file name for another server, whose headers a page may not read. */
const ENDINGS: Record<string, string> = {
  'application/json': 'json',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md'
};

/** The REST calls for a grader. Every method throws `ApiError`. */
export class GraderApi extends Api {
  /** Whether this person may review: only graders and operators may list assessments. */
  async mayReview(): Promise<boolean> {
    try {
      await this._call('assessments/?limit=1');
      return true;
    } catch (problem) {
      return !(problem instanceof ApiError && problem.status === 403);
    }
  }

  /** Up to `limit` sessions that the query finds, from `cursor` on, and where the list goes on. */
  sessionPage(query: Record<string, string>, limit: number, cursor: string | null = null): Promise<ISessionPage> {
    const wanted = { ...query, limit: String(limit), ...(cursor !== null && { cursor }) };
    return this._call(`sessions/${URLExt.objectToQueryString(wanted)}`);
  }

  /** The assessments of all sessions that the query finds, in the order of a grouped list. */
  async sessionGroups(query: Record<string, string>): Promise<wire.SessionGroupOut[]> {
    const { items } = await this._call<{ items: wire.SessionGroupOut[] }>(
      `sessions/groups/${URLExt.objectToQueryString(query)}`
    );
    return items;
  }

  /** All assessments that this person may read, in their newest versions, the newest first. */
  assessments(): Promise<wire.AssessmentListed[]> {
    return this._whole(this._pages<wire.AssessmentListed>('assessments/'));
  }

  /** The edits of a session after snapshot `after`, in order, a page at a time. */
  replay(id: string, after?: number): AsyncGenerator<wire.StepOut[]> {
    return this._pages(`${path(id)}replay/`, {}, after);
  }

  /** What was recorded besides the code after the interaction with the number `after`, in order. */
  timelineInteractions(id: string, after?: number): Promise<wire.InteractionOut[]> {
    return this.interactions(id, EVENT_KINDS, after);
  }

  /** Each decision to ask or not after the one with the number `after`, in order. */
  decisions(id: string, after?: number): Promise<wire.DecisionOut[]> {
    return this._whole(this._pages(`${path(id)}decisions/`, {}, after));
  }

  /** A version of the report, by default the latest; null while it is not written. */
  async report(id: string, version?: number): Promise<IReport | null> {
    try {
      return await this._call<IReport>(`${path(id)}report/?format=json${version ? `&version=${version}` : ''}`);
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === 'report_not_ready') {
        return null;
      }
      throw problem;
    }
  }

  /** Confirm or override an evaluation. `key` makes the request repeatable. */
  review(id: string, review: INewReview, key: string): Promise<wire.ReviewPart> {
    const headers = { 'Idempotency-Key': key };
    return this._call(`${path(id)}report/reviews`, { method: 'POST', body: JSON.stringify(review), headers });
  }

  /** A file of the session, `address` relative to it. */
  file(id: string, address: string): Promise<IFile> {
    return this._file(path(id) + address, id);
  }

  /** The results of all sessions that the query finds, as CSV. */
  results(query: Record<string, string>): Promise<IFile> {
    return this._file(`sessions/results.csv${URLExt.objectToQueryString(query)}`, 'results');
  }

  private async _file(address: string, fallback: string): Promise<IFile> {
    const response = await this._fetch(address);
    const blob = await response.blob();
    const named = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '');
    return { blob, name: named?.[1] ?? `${fallback}.${ENDINGS[blob.type.split(';')[0]] ?? 'bin'}` };
  }
}

function path(id: string): string {
  return `sessions/${encodeURIComponent(id)}/`;
}
