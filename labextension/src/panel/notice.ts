import type { TranslationBundle } from '@jupyterlab/translation';

import type { CandidateModel } from './model';
import { problemInWords, tooBigInWords } from './words';

/** Why a document is not recorded, and what the candidate can do. */
export interface INotice {
  words: string;
  action: { label: string; run: () => void } | null;
}

/** The notice over a document; null when it is recorded, or was never in the session. */
export function noticeOf(model: CandidateModel, path: string, trans: TranslationBundle): INotice | null {
  const { documents, clientSession, stage } = model;
  if (stage === 'opening') {
    return model.remembered.includes(path) ? unresumed(model, trans) : null;
  }
  if (stage !== 'live' || clientSession === null) {
    return null;
  }
  if (documents.removed.has(path)) {
    const action = { label: trans.__('Record it again'), run: () => documents.add(path) };
    return { words: trans.__('This document is not recorded any more: you took it out.'), action };
  }
  const gone = documents.successors.get(path);
  if (gone !== undefined) {
    const action = { label: trans.__('Go on with it here'), run: () => documents.goOn({ from: gone, to: path }) };
    return { words: trans.__('%1 is not there any more, and this document is not recorded.', gone), action };
  }
  return documents.paths.includes(path) ? unrecorded(model, path, trans) : null;
}

function unresumed(model: CandidateModel, trans: TranslationBundle): INotice | null {
  if (model.problem === null) {
    return null;
  }
  const words = trans.__('Not recorded: your session could not be resumed. %1', problemInWords(model.problem, trans));
  return { words, action: { label: trans.__('Try again'), run: () => void model.begin(model.invitation) } };
}

function unrecorded(
  { clientSession, recorder }: CandidateModel,
  path: string,
  trans: TranslationBundle
): INotice | null {
  if (clientSession?.keeping === 'elsewhere') {
    return {
      words: trans.__('This session is being recorded in another window. What you type here is not recorded.'),
      action: { label: trans.__('Write here instead'), run: () => void clientSession.takeOver() }
    };
  }
  if (clientSession?.keeping === 'refused') {
    const words = trans.__(
      'Not recorded: the server refuses the connection. %1',
      problemInWords(clientSession.socket.reason, trans)
    );
    return { words, action: null };
  }
  const earlier = recorder?.tooBig.get(path);
  return earlier === undefined ? null : { words: tooBigInWords(earlier, trans), action: null };
}
