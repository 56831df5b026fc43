import type { TranslationBundle } from '@jupyterlab/translation';

import type * as wire from '../../wire';
import { assessmentStateInWords } from '../words';
import type { IRow, IWish } from './rows';

/** Why nothing is shown. */
export function nothingInWords(wish: IWish, trans: TranslationBundle): string {
  const more = [wish.text.trim(), wish.status, wish.assessment, wish.flag].some(Boolean);
  if (wish.contested && !more) {
    return trans.__('No score is contested.');
  }
  return wish.waiting && !more ? trans.__('Nothing waits for a person.') : trans.__('No session is like that.');
}

interface IList {
  rows: readonly IRow[];
  more: boolean;
  loading: boolean;
  away: boolean;
}

/** How many sessions there are, as far as the list was read. */
export function countInWords({ rows, more, loading, away }: IList, trans: TranslationBundle): string {
  if (loading) {
    return trans.__('Loading …');
  }
  if (away) {
    return trans.__('The server does not answer; trying again …');
  }
  const number = new Intl.NumberFormat().format(rows.length);
  if (more) {
    return trans.__('the first %1 sessions', number);
  }
  return trans._n('%1 session', '%1 sessions', rows.length).replace(String(rows.length), number);
}

/** What there is to do in a group, the most urgent first: `[what, words]`. */
export function toDoInWords(group: wire.SessionGroupOut, trans: TranslationBundle): [string, string][] {
  const { sessions, active, waiting, reviewed, contested, flagged } = group;
  const said: [string, number, string][] = [
    ['sessions', sessions, trans._n('%1 session', '%1 sessions', sessions)],
    ['active', active, trans._n('%1 not ended', '%1 not ended', active)],
    ['waiting', waiting, trans._n('%1 waits for review', '%1 wait for review', waiting)],
    ['contested', contested, trans._n('%1 contested', '%1 contested', contested)],
    ['reviewed', reviewed, trans._n('%1 reviewed', '%1 reviewed', reviewed)],
    ['flagged', flagged, trans._n('%1 flagged', '%1 flagged', flagged)]
  ];
  return said.filter(([, count]) => count > 0).map(([what, , words]) => [what, words]);
}

/** An assessment as one chooses it: its title, and whether one can begin it now. */
export function assessmentInWords(assessment: wire.AssessmentListed, trans: TranslationBundle): string {
  return `${assessment.title} (${assessmentStateInWords(assessment, trans)})`;
}
