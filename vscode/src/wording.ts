import type { Question, State } from './wire';

/** The words on the screen: pure functions of what the server says. */

/** Time left, as `1:05:09` or `7:30`; nothing without a deadline. */
export function clock(deadline: string | null, now: number): string {
  if (deadline === null) {
    return '';
  }
  const left = Math.max(0, Math.floor((Date.parse(deadline) - now) / 1000));
  const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** The icon and the words for how well things are kept. */
export function keeping(state: State): { icon: string; text: string } {
  switch (state.keeping) {
    case 'idle':
      return { icon: 'comment-discussion', text: '' };
    case 'connecting':
      return { icon: 'sync~spin', text: 'connecting' };
    case 'saved':
      return { icon: 'check', text: 'saved' };
    case 'saving':
      return { icon: 'check', text: 'saving' };
    case 'unsaved':
      return { icon: 'warning', text: 'not saved' };
    case 'offline':
      return { icon: 'debug-disconnect', text: state.waiting > 0 ? `offline, ${state.waiting} to send` : 'offline' };
    case 'elsewhere':
      return { icon: 'window', text: 'open elsewhere' };
    case 'refused':
      return { icon: 'error', text: 'not connected' };
    case 'ended':
      return { icon: 'check-all', text: 'finished' };
    case 'dead':
      return { icon: 'error', text: 'not recording' };
  }
}

/** Where a question is, for people. */
export function place(question: Question): string {
  const { document, startLine, endLine } = question;
  return startLine === endLine ? `${document}, line ${startLine}` : `${document}, lines ${startLine}–${endLine}`;
}

/** The evaluation as one Markdown text. */
export function verdict(question: Question): string {
  if (question.state === 'failed') {
    return `**A person will evaluate this answer.** ${question.reason ?? ''}`;
  }
  const review = question.needsReview ? ' · provisional until a person decides' : '';
  return `**${points(question.score)} / 10**${review}\n\n${question.evaluation ?? ''}`;
}

export function points(score: number | null): string {
  return score === null ? '–' : String(Math.round(score * 10) / 10);
}
