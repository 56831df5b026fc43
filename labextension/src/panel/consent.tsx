import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';

import { Markdown } from './markdown';
import type { IView } from './view';
import { audienceInWords, examinerInWords } from './words';

/** The first screen: what is recorded and who sees it, before anything is. */
export function Consent({ model, trans, rendermime }: IView): React.JSX.Element {
  const assessment = model.session?.assessment ?? null;
  const current = model.documents.current();
  const [left, leave] = useState<readonly string[]>([]);
  const chosen = current !== null && !left.includes(current);
  const toggle = (path: string): void => leave(chosen ? [...left, path] : left.filter(other => other !== path));
  return (
    <form
      className="jp-codeassess-Consent"
      onSubmit={event => {
        event.preventDefault();
        void model.agree(current !== null && chosen ? [current] : []);
      }}
    >
      <h2>{assessment?.title ?? trans.__('Before you begin')}</h2>
      {assessment?.instructions && <Markdown text={assessment.instructions} rendermime={rendermime} />}
      {assessment?.time_limit && <p>{trans.__('Time: %1 minutes.', Math.round(assessment.time_limit / 60))}</p>}
      <p>
        {trans.__(
          'Write code as usual. Now and then a question about it appears here and waits until you have a moment.'
        )}
      </p>
      <Recorded trans={trans} />
      <h3>{trans.__('Who asks')}</h3>
      <p>
        {examinerInWords(model.health?.examiner ?? null, trans)}{' '}
        {trans.__('A person reviews what it says, and decides.')}
      </p>
      <h3>{trans.__('Who sees it')}</h3>
      <p>{audienceInWords(model.session?.mode ?? model.health?.mode ?? null, trans)}</p>
      <div className="jp-codeassess-Agree">
        <h3>{trans.__('Recorded from now on')}</h3>
        {current === null ? (
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
      </div>
    </form>
  );
}

function Recorded({ trans }: { trans: TranslationBundle }): React.JSX.Element {
  return (
    <>
      <h3>{trans.__('What is recorded')}</h3>
      <ul>
        <li>{trans.__('the code in the documents that you choose, as it changes')}</li>
        <li>{trans.__('pastes, cuts, undos, saves, and whether a run succeeded, not its output')}</li>
        <li>{trans.__('when you leave this page and come back to it')}</li>
        <li>{trans.__('your answers, and when you say "not now"')}</li>
      </ul>
      <p>{trans.__('Nothing else: no other file, program or page. You can take a document out again, and finish when you like.')}</p>
    </>
  );
}
