import { plain, prose } from './plain';
import type { Question, State } from './wire';

/** The words on the screen: pure functions of the state. */

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

/** A time limit in words. */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds / 60);
  return whole === 1 ? '1 minute' : `${whole} minutes`;
}

/** The icon and the words for whether what was typed is saved. */
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
    case 'full':
      return { icon: 'error', text: 'not recorded: the session is full' };
    case 'offline':
      return { icon: 'debug-disconnect', text: state.waiting > 0 ? `offline, ${state.waiting} to send` : 'offline' };
    case 'elsewhere':
      return { icon: 'window', text: state.free ? 'not recorded' : 'open elsewhere' };
    case 'refused':
      return { icon: 'error', text: 'not connected' };
    case 'ended':
      return { icon: 'check-all', text: 'finished' };
    case 'dead':
      return { icon: 'error', text: 'not recording' };
  }
}

/** The lines of a question in words. */
export function linesInWords(question: Question): string {
  const { document, startLine, endLine } = question;
  return startLine === endLine ? `${document}, line ${startLine}` : `${document}, lines ${startLine}–${endLine}`;
}

/** The evaluation as one Markdown text. */
export function verdict(question: Question): string {
  if (question.state === 'failed') {
    return `**A person will evaluate this answer.** ${plain(question.reason ?? '')}`;
  }
  const { points, open } = score(question);
  return `**${plain(points)}**${open && ` · ${plain(open)}`}\n\n${prose(question.evaluation ?? '')}`;
}

/** The score in words: the points, and what is still open (may be empty). */
export function score(question: Question): { points: string; open: string } {
  if (question.scoreText === null) {
    const rounded = question.score === null ? '–' : String(Math.round(question.score * 10) / 10);
    return { points: `${rounded} of 10`, open: question.needsReview ? 'provisional until a person decides' : '' };
  }
  const [points = '', ...open] = question.scoreText.split(': ');
  return { points, open: open.join(': ') };
}

/** How many questions of the closing round are left. */
export function lastQuestions(left: number | null): string {
  if (left === null) {
    return 'A few last questions about your code are left.';
  }
  return left === 1 ? '1 question about your code is left.' : `${left} questions about your code are left.`;
}
