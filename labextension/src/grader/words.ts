import type { TranslationBundle } from '@jupyterlab/translation';

import type { ApiError } from '../connection/api';
import type * as wire from '../wire';

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A date and time (ms since the epoch) as it is written where the grader is. */
export function dateInWords(time: number): string {
  return moment.format(time);
}

/** A time (ms) since the beginning: 3:07, or 1:03:07. */
export function clock(elapsed: number): string {
  const seconds = Math.max(0, Math.round(elapsed / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map(part => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}

/** A score of 0 to 10 with at most one digit after the point. */
export function scoreInWords(score: number): string {
  return String(Math.round(score * 10) / 10);
}

/** A score that is settled, "7", or the two ends between which it lies, "6–10". */
export function rangeInWords(low: number, high: number): string {
  const ends = [scoreInWords(low), scoreInWords(high)];
  return ends[0] === ends[1] ? ends[0] : ends.join('–');
}

export function statusInWords(status: wire.SessionStatus, trans: TranslationBundle): string {
  switch (status) {
    case 'active':
      return trans.__('Active');
    case 'closing':
      return trans.__('Last questions');
    case 'finishing':
      return trans.__('Finishing');
    case 'ended':
      return trans.__('Ended');
  }
}

/** How a session was recorded: what its record can prove. */
export function recordedInWords(mode: string, trans: TranslationBundle): string {
  return mode === 'embedded' ? trans.__('embedded, unverified') : trans.__('recorded by the service');
}

/** Whether a session of an assessment may begin, by the server's clock, and until when. */
export function assessmentStateInWords(
  { phase, status, opens_at, closes_at }: Pick<wire.AssessmentListed, 'phase' | 'status' | 'opens_at' | 'closes_at'>,
  trans: TranslationBundle
): string {
  const [opens, closes] = [opens_at, closes_at].map(time => (time ? dateInWords(Date.parse(time)) : null));
  switch (phase) {
    case 'closed':
      return status === 'closed' || closes === null ? trans.__('closed') : trans.__('closed since %1', closes);
    case 'not_yet_open':
      return opens === null ? trans.__('not open yet') : trans.__('opens %1', opens);
    default:
      return closes === null ? trans.__('open') : trans.__('open until %1', closes);
  }
}

/** What was noticed about a session or an answer. A flag that is not known here is shown as it is. */
export function flagInWords(flag: string, trans: TranslationBundle): string {
  switch (flag) {
    case 'paste':
      return trans.__('Paste');
    case 'instructions_to_examiner':
      return trans.__('Speaks to the examiner');
    case 'evaluation_failed':
      return trans.__('Not evaluated');
    default:
      return flag.replaceAll('_', ' ');
  }
}

/** What is wrong and what to do about it, for a grader. */
export function troubleInWords(problem: ApiError, trans: TranslationBundle): string {
  switch (problem.code) {
    case 'not_found':
      return trans.__(
        'There is no such session for you on this server. It may have been erased, or its assessment names other graders.'
      );
    case 'unauthenticated':
      return trans.__('The server does not know you any more. Log in again in another tab, then try again.');
    case 'forbidden':
      return trans.__(
        'You may not do this. Sessions are reviewed by graders: ask who runs the server to make you one.'
      );
    case 'unreachable':
      return trans.__('The server does not answer. Check that it runs and the network, then try again.');
    case 'store_unavailable':
      return trans.__('The server cannot reach its database at the moment. Try again in a minute.');
    case 'hub_unavailable':
      return trans.__('JupyterHub does not answer, so nobody can be recognised. Try again in a minute.');
    case 'report_not_ready':
      return trans.__('The report is not written yet. Try again in a minute.');
    case 'own_review':
      return trans.__('This session is your own: somebody else has to review it.');
    case 'reviewed_meanwhile':
      return trans.__(
        'Somebody else decided meanwhile: their decision stands above. Yours is not stored. Save it again if it is to count instead.'
      );
    case 'invalid_input':
      return trans.__('The server did not accept this: %1', problem.message);
    default:
      return trans.__('Something went wrong (%1). Try again; if it stays, tell who runs this server.', problem.code);
  }
}
