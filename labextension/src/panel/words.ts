import type { TranslationBundle } from '@jupyterlab/translation';

import type { Keeping, ClientSession } from '../connection/clientSession';
import type { IRegionName } from '../watchers/excerpt';
import type { Recorder } from '../watchers/recorder';
import type { SessionOutline } from '../wire';

/** Whether what was typed is saved; a document that is too large is not. */
export function keepingOf(clientSession: ClientSession, recorder: Recorder | null): Keeping {
  const calm = clientSession.keeping === 'saved' || clientSession.keeping === 'saving';
  return calm && recorder !== null && recorder.tooBig.size > 0 ? 'unsaved' : clientSession.keeping;
}

/** Whether what was typed is saved, in words. */
export function keepingInWords(
  clientSession: ClientSession,
  recorder: Recorder | null,
  trans: TranslationBundle
): string {
  const waiting = clientSession.outbox.entries.length;
  const keeping = keepingOf(clientSession, recorder);
  if (keeping === 'unsaved' && clientSession.keeping !== 'unsaved') {
    return trans.__('Not saved: a document is too large');
  }
  switch (keeping) {
    case 'saved':
      return trans.__('All saved');
    case 'saving':
      return trans.__('Saving …');
    case 'unsaved':
      return trans._n(
        'Not saved yet: %1 change kept on this computer',
        'Not saved yet: %1 changes kept on this computer',
        waiting
      );
    case 'full':
      return trans.__('Not recorded: the session is full');
    case 'offline':
      return waiting === 0
        ? trans.__('Offline: connecting again …')
        : trans._n('Offline: %1 change kept on this computer', 'Offline: %1 changes kept on this computer', waiting);
    case 'elsewhere':
      return trans.__('Not recorded here');
    case 'refused':
      return trans.__('Not connected');
    case 'ended':
      return trans.__('Finished');
  }
}

/** What is wrong and what to do about it, for the codes of errors. */
export function problemInWords(code: string, trans: TranslationBundle): string {
  switch (code) {
    case 'not_found':
      return trans.__('There is no such session for you on this server. Check the link, or ask who sent it.');
    case 'unauthenticated':
      return trans.__(
        'The server does not know you any more. Log in again in another tab, then reload this page; what you typed is kept on this computer.'
      );
    case 'consent_needed':
      return trans.__('The text to agree to has changed since you read it. Read it again; nothing was recorded.');
    case 'declined':
      return trans.__('You did not agree, so the assessment did not begin. Nothing was recorded.');
    case 'assessment_closed':
      return trans.__('This assessment is closed: no session of it can begin any more.');
    case 'attempts_used':
      return trans.__('You have begun this assessment as often as it allows.');
    case 'not_yet_open':
      return trans.__('This assessment is not open yet.');
    case 'service_only':
      return trans.__('This assessment has to be recorded by a service: join it with a code there.');
    case 'not_joined':
      return trans.__('Your access has run out or was withdrawn: join again with a code.');
    case 'hub_token_refused':
      return trans.__(
        'JupyterHub does not know this server any more. Stop it in the control panel and start it again.'
      );
    case 'service_unreachable':
    case 'hub_unavailable':
      return trans.__('The service does not answer. What you type is kept on this computer and sent later.');
    case 'unsupported_protocol':
      return trans.__('This JupyterLab and the service are of different versions. Tell who invited you.');
    case 'forbidden':
      return trans.__('You may not write in this session. Ask who invited you.');
    case 'unreachable':
      return trans.__('The server does not answer. Check the network, then try again.');
    case 'store_unavailable':
      return trans.__(
        'The server cannot store anything at the moment. What you type is kept on this computer and sent later.'
      );
    case 'session_ended':
      return trans.__('This session has ended. What was typed after its end is not part of it.');
    case 'question_not_open':
      return trans.__('That question was closed before your answer arrived. Your answer is in the record.');
    case 'session_full':
      return trans.__('This session is full: what you type now is not recorded. Finish it, or tell who invited you.');
    case 'too_many_sockets':
      return trans.__('Too many windows or editors are open for you. Close one of them.');
    case 'too_many_sessions':
      return trans.__('Too many sessions are not finished. Finish one of them before you begin another.');
    case 'document_too_big':
    case 'too_large':
      return trans.__('A change was too large to be recorded. A document may have 1 MiB of text.');
    default:
      return trans.__('Something went wrong (%1). Try again; if it stays, tell who runs this server.', code);
  }
}

/** What is stored of a document that exceeds the limit; `earlier`: it was smaller before. */
export function tooBigInWords(earlier: boolean, trans: TranslationBundle): string {
  return earlier
    ? trans.__('Too large to be recorded (over 1 MiB). Its last smaller state is stored, nothing since.')
    : trans.__('Too large to be recorded (over 1 MiB). Nothing of it is stored.');
}

/** The lines of a question in words. */
export function regionInWords(path: string, name: IRegionName | null, trans: TranslationBundle): string {
  const file = path.split('/').pop() ?? path;
  if (name === null) {
    return file;
  }
  if (name.cell !== null) {
    return name.start === name.end
      ? trans.__('%1, line %3 of cell %2', file, name.cell, name.start)
      : trans.__('%1, lines %3–%4 of cell %2', file, name.cell, name.start, name.end);
  }
  return name.start === name.end
    ? trans.__('%1, line %2', file, name.start)
    : trans.__('%1, lines %2–%3', file, name.start, name.end);
}

/** How long ago (s) something began. */
function ageInWords(elapsed: number, trans: TranslationBundle): string {
  const [minutes, hours, days] = [60, 3600, 86_400].map(unit => Math.floor(elapsed / unit));
  if (minutes < 1) {
    return trans.__('Just started');
  }
  if (hours < 2) {
    return trans.__('Started %1 min ago', minutes);
  }
  return days < 2 ? trans.__('Started %1 hours ago', hours) : trans.__('Started %1 days ago', days);
}

/** The time (s) on the server's clock: what is left when there is a limit, else the time since the start. */
export function timeInWords(elapsed: number, limit: number | null, trans: TranslationBundle): string {
  if (limit === null) {
    return ageInWords(elapsed, trans);
  }
  const left = Math.ceil((limit - elapsed) / 60);
  return left > 0 ? trans.__('%1 min left', left) : trans.__('Time is up');
}

/** A time limit (s). */
export function minutesInWords(limit: number, trans: TranslationBundle): string {
  return trans.__('Time: %1 minutes.', Math.round(limit / 60));
}

/** Who asks and who decides, in one line. */
export function askerInWords(examiner: string | null, trans: TranslationBundle): string {
  return examiner === 'offline'
    ? trans.__('A program asks you about it from time to time; a person decides what your answers are worth.')
    : trans.__('An AI asks you about it from time to time; a person decides what your answers are worth.');
}

/** Who reads the code and the answers in order to ask and evaluate. */
export function examinerInWords(examiner: string | null, trans: TranslationBundle): string {
  if (examiner === null) {
    return trans.__('An AI writes the questions and a first evaluation of each answer.');
  }
  if (examiner === 'offline') {
    return trans.__(
      'A program on this server writes the questions and a first evaluation of each answer. Nothing is sent elsewhere.'
    );
  }
  return trans.__(
    'An AI (%1) writes the questions and a first evaluation of each answer. It is sent the code in question and your answers, without your name.',
    examiner
  );
}

export function audienceInWords(mode: string | null, trans: TranslationBundle): string {
  if (mode === 'embedded') {
    return trans.__('Only you see it: the record stays on your own server until you hand it on.');
  }
  return trans.__('You see it, and so do the graders and who runs this server.');
}

/** Which question this is, and how many there may be. */
export function numberInWords(number: number, outline: SessionOutline | null, trans: TranslationBundle): string {
  return outline && number <= outline.max_questions
    ? trans.__('Question %1 of at most %2', number, outline.max_questions)
    : trans.__('Question %1', number);
}

/** The effect of skipping a question. */
export function pauseInWords(outline: SessionOutline | null, closing: boolean, trans: TranslationBundle): string {
  if (closing) {
    return trans.__('A skipped question counts as not answered.');
  }
  const skipped = trans.__('A skipped question is not asked again, and counts as asked.');
  const minutes = Math.ceil((outline?.cool_down ?? 0) / 60);
  const pause =
    minutes > 0
      ? trans._n(
          'The next one comes after %1 minute at the earliest.',
          'The next one comes after %1 minutes at the earliest.',
          minutes
        )
      : '';
  return [skipped, pause].join(' ').trim();
}
