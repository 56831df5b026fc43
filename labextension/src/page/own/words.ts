import type { TranslationBundle } from '@jupyterlab/translation';

import type * as wire from '../../wire';

/** One entry of the record, in a line. A kind that is not known here is shown as it is. */
export function entryInWords({ kind, payload }: wire.InteractionOut, trans: TranslationBundle): string {
  switch (kind) {
    case 'consent':
      return trans.__('You agreed to the text of version %1', String(payload['version']));
    case 'code_update':
      return updateInWords(payload, trans);
    case 'activity':
      return activityInWords(payload, trans);
    case 'question_asked':
      return trans.__('A question: %1', oneLine(payload['question']));
    case 'question_deferred':
      return trans.__('You skipped a question');
    case 'question_withdrawn':
      return trans.__('A question was withdrawn');
    case 'response_received':
      return trans.__('You answered: %1', oneLine(payload['response']));
    case 'evaluation':
      return trans.__('An answer was evaluated: %1', oneLine(payload['score_text'] ?? payload['score']));
    case 'evaluation_failed':
      return trans.__('An answer could not be evaluated');
    case 'finish':
      return trans.__('You finished');
    case 'report':
      return trans.__('A report was written, version %1', String(payload['version']));
    case 'review':
      return trans.__('%1 reviewed an answer: %2 of 10', oneLine(payload['reviewer']), String(payload['score']));
    case 'contest':
      return trans.__('You contested a score: %1', oneLine(payload['reason']));
    default:
      return kind.replaceAll('_', ' ');
  }
}

function updateInWords(payload: wire.InteractionOut['payload'], trans: TranslationBundle): string {
  const number = String(payload['snapshot'] ?? '');
  return payload['cause']
    ? trans.__('Your code, snapshot %1 (%2)', number, String(payload['cause']))
    : trans.__('Your code, snapshot %1', number);
}

function activityInWords(payload: wire.InteractionOut['payload'], trans: TranslationBundle): string {
  const kind = oneLine(payload['kind']);
  return kind === 'consent' ? trans.__('You agreed to be recorded') : trans.__('Your editor: %1', kind);
}

const LONGEST = 120;

function oneLine(value: unknown): string {
  const words = String(value ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return words.length > LONGEST ? `${words.slice(0, LONGEST)} …` : words;
}
