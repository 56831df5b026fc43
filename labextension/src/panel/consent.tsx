import React, { useState } from 'react';

import { Instructions } from './instructions';
import type { IView } from './view';
import { askerInWords, audienceInWords, examinerInWords, minutesInWords } from './words';

/** The first screen, before anything is recorded: what is recorded and who sees it. */
export function Consent({ model, trans, begin }: IView): React.JSX.Element {
  const assessment = model.session?.assessment ?? null;
  const invited = model.chosen;
  const limit = assessment?.time_limit ?? invited?.time_limit ?? null;
  const asked = (invited?.consent_text ?? assessment?.consent ?? '').trim();
  const current = model.documents.current();
  const [left, leave] = useState<readonly string[]>([]);
  const chosen = current !== null && !left.includes(current);
  const toggle = (path: string): void => leave(chosen ? [...left, path] : left.filter(other => other !== path));
  return (
    <form
      className="jp-codeassess-Consent"
      onSubmit={event => {
        event.preventDefault();
        void model.agree(current !== null && chosen ? [current] : [], begin);
      }}
    >
      <h2>{assessment?.title ?? invited?.title ?? trans.__('Before you begin')}</h2>
      {assessment?.instructions && <Instructions text={assessment.instructions} />}
      {limit !== null && <p>{minutesInWords(limit, trans)}</p>}
      {invited !== null && assessment === null && <p>{trans.__('The task, and its time, begin when you agree.')}</p>}
      <Terms model={model} trans={trans} />
      {asked !== '' && <Asked text={asked} trans={trans} />}
      <div className="jp-codeassess-Agree">
        <h3>{trans.__('Recorded from now on')}</h3>
        {current === null && invited !== null ? (
          <p>{trans.__('The files of the task, which are opened for you, and others that you add.')}</p>
        ) : current === null ? (
          <p>{trans.__('Open a notebook or a file to be recorded. You can also add it later.')}</p>
        ) : (
          <label className="jp-codeassess-Choice">
            <input type="checkbox" checked={chosen} onChange={() => toggle(current)} />
            <span>{current}</span>
          </label>
        )}
        <button type="submit" className="jp-mod-styled jp-mod-accept" disabled={model.busy}>
          {trans.__('I agree, begin')}
        </button>
        {invited !== null && (
          <button type="button" className="jp-mod-styled" onClick={() => void model.decline()}>
            {asked === '' ? trans.__('Back') : trans.__('I do not agree')}
          </button>
        )}
      </div>
    </form>
  );
}

/** What the assessment asks its candidates to agree to, as it was written. */
function Asked({ text, trans }: Pick<IView, 'trans'> & { text: string }): React.JSX.Element {
  return (
    <section className="jp-codeassess-Asks" aria-label={trans.__('What this assessment asks you to agree to')}>
      <h3>{trans.__('This assessment asks you to agree to')}</h3>
      <div className="jp-codeassess-AskedText" tabIndex={0} role="group" aria-label={trans.__('The text')}>
        {text}
      </div>
      <p className="jp-codeassess-Quiet">
        {trans.__('Without your agreement the assessment does not begin, and nothing is recorded.')}
      </p>
    </section>
  );
}

/** What the candidate agrees to: three lines, with details below. */
function Terms({ model, trans }: Pick<IView, 'model' | 'trans'>): React.JSX.Element {
  const examiner = model.enquiries.health?.examiner ?? null;
  const mode = model.session?.mode ?? model.enquiries.health?.mode ?? null;
  return (
    <>
      <ul className="jp-codeassess-Terms">
        <li>{trans.__('Your code, as you write it, and your answers are recorded.')}</li>
        <li>{askerInWords(examiner, trans)}</li>
        <li>{audienceInWords(mode, trans)}</li>
      </ul>
      <details>
        <summary>{trans.__('What exactly is recorded')}</summary>
        <ul>
          <li>{trans.__('the code in the documents that you choose, as it changes')}</li>
          <li>{trans.__('pastes, cuts, undos, saves, and whether a run succeeded, not its output')}</li>
          <li>{trans.__('when you leave this page and come back to it')}</li>
          <li>{trans.__('your answers, and which questions you skip')}</li>
        </ul>
        <p>
          {trans.__(
            'Nothing else: no other file, program or page. You can take a document out again, and finish when you like.'
          )}
        </p>
        <p>{examinerInWords(examiner, trans)}</p>
      </details>
    </>
  );
}
