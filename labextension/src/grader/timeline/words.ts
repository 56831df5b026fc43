import type { TranslationBundle } from '@jupyterlab/translation';

import type * as wire from '../../wire';
import { scoreInWords } from '../words';
import type { EventKind, IEvent } from './events';
import { givenIn, type IAsked } from './questions';

/** What happened, in a line. */
export function eventInWords(event: IEvent, asked: IAsked | undefined, trans: TranslationBundle): string {
  const { payload } = event;
  const detail = (payload['detail'] ?? {}) as Record<string, unknown>;
  const number = asked?.number ?? '';
  switch (event.kind) {
    case 'question':
      return trans.__('Question %1: %2', number, oneLine(payload['question']));
    case 'answer':
      return trans.__(
        'Answer %1: %2',
        number,
        oneLine([...givenIn(payload).map(({ text }) => text), payload['response']].join(' · '))
      );
    case 'evaluation':
      return trans.__('Answer %1 evaluated: %2', number, scoreOf(event, asked, trans));
    case 'failed':
      return trans.__('Answer %1 could not be evaluated', number);
    case 'deferred':
      return trans.__('Question %1 skipped', number);
    case 'withdrawn':
      return trans.__('A question was withdrawn');
    case 'run':
      return detail['success'] === false ? trans.__('Run, with an error') : trans.__('Run');
    case 'paste':
      return trans.__('Paste: %1', sizeInWords(payload, trans));
    case 'save':
      return trans.__('Saved');
    case 'focus':
      return detail['visible'] === true ? trans.__('Came back to the page') : trans.__('Left the page');
    case 'finish':
      return trans.__('Finished');
    case 'decision':
      return decisionInWords(payload, trans);
    case 'other':
      return otherInWords(payload, trans);
  }
}

/** Whether it was asked, and why: the rule that settled it, and its sentence. */
export function decisionInWords({ asked, rule, reason }: IEvent['payload'], trans: TranslationBundle): string {
  const name = oneLine(rule).replaceAll('_', ' ');
  return asked === true
    ? trans.__('Asked (%1): %2', name, oneLine(reason))
    : trans.__('Not asked (%1): %2', name, oneLine(reason));
}

function otherInWords(payload: Record<string, unknown>, trans: TranslationBundle): string {
  return payload['kind'] === 'consent'
    ? trans.__('Agreed to be recorded')
    : oneLine(payload['kind'] ?? trans.__('Activity'));
}

function sizeInWords(payload: Record<string, unknown>, trans: TranslationBundle): string {
  const lines = Number(payload['lines']);
  return lines > 1
    ? trans._n('%1 line', '%1 lines', lines)
    : trans._n('%1 character', '%1 characters', Number(payload['characters']));
}

/** A kind of event, for the legend. */
export function kindInWords(kind: EventKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'run':
      return trans.__('Run');
    case 'paste':
      return trans.__('Paste');
    case 'save':
      return trans.__('Save');
    default:
      return trans.__('Away from the page');
  }
}

export function causeInWords(cause: wire.Cause | null, trans: TranslationBundle): string {
  switch (cause) {
    case 'paste':
      return trans.__('pasted');
    case 'cut':
      return trans.__('cut');
    case 'undo':
      return trans.__('undone');
    case 'run':
      return trans.__('run');
    case 'save':
      return trans.__('saved');
    case 'open':
      return trans.__('opened');
    default:
      return trans.__('edited');
  }
}

export function linesInWords({ start, end }: { start: number; end: number }, trans: TranslationBundle): string {
  return start === end ? trans.__('line %1', start) : trans.__('lines %1–%2', start, end);
}

/** The score in the server's words; an older record has the number and whether it waits. */
function scoreOf({ payload }: IEvent, asked: IAsked | undefined, trans: TranslationBundle): string {
  const told = asked?.reported?.reviews?.length ? asked.reported.score_text : payload['score_text'];
  if (typeof told === 'string') {
    return told;
  }
  const score = scoreInWords(Number(payload['score']));
  return payload['needs_review'] === true ? trans.__('%1, waits for a person', score) : score;
}

function oneLine(text: unknown): string {
  return String(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
