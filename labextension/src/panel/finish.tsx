import React, { useState } from 'react';

import type { CandidateModel } from './model';
import type { IView } from './view';

/** The button that finishes the session, with a confirmation; in the closing round it skips the rest. */
export function Finish({ model, trans }: IView): React.JSX.Element {
  const [asking, ask] = useState(false);
  if (model.finishSent) {
    return (
      <section className="jp-codeassess-Finish" role="status">
        <p className="jp-codeassess-Thinking">{trans.__('Finishing …')}</p>
      </section>
    );
  }
  if (!asking) {
    return (
      <section className="jp-codeassess-Finish">
        <button type="button" className="jp-mod-styled" onClick={() => ask(true)}>
          {model.closing ? trans.__('Finish without these questions …') : trans.__('Finish …')}
        </button>
      </section>
    );
  }
  const finish = (): void => {
    ask(false);
    void model.finish();
  };
  return (
    <section className="jp-codeassess-Finish" role="group" aria-label={trans.__('Finish the session?')}>
      <h3>{trans.__('Finish the session?')}</h3>
      <p>{consequence(model, trans)}</p>
      <div className="jp-codeassess-Buttons">
        <button type="button" className="jp-mod-styled jp-mod-accept" onClick={finish}>
          {trans.__('Finish now')}
        </button>
        <button type="button" className="jp-mod-styled" autoFocus onClick={() => ask(false)}>
          {trans.__('Keep working')}
        </button>
      </div>
    </section>
  );
}

function consequence(model: CandidateModel, trans: IView['trans']): string {
  if (model.closing) {
    return trans.__('Nothing more is recorded then, and questions without an answer count as not answered.');
  }
  return trans.__(
    'You may be asked one or two last questions about your code. After that nothing more is recorded, and the report is written.'
  );
}
