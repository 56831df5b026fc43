import React, { useState } from 'react';

import { keepFocus } from './focus';
import type { IView } from './view';

/** The way to the end, with a second thought. */
export function Finish({ model, trans }: IView): React.JSX.Element {
  const [asking, ask] = useState(false);
  if (!asking) {
    return (
      <section className="jp-codeassess-Finish">
        <button type="button" className="jp-mod-styled" onClick={() => ask(true)}>
          {trans.__('Finish …')}
        </button>
      </section>
    );
  }
  return (
    <section className="jp-codeassess-Finish" role="group" aria-label={trans.__('Finish the session?')}>
      <h3>{trans.__('Finish the session?')}</h3>
      <p>
        {model.question === null
          ? trans.__('After that nothing more is recorded, and the report is written.')
          : trans.__('After that nothing more is recorded, and the report is written. A question is still open; it will count as not answered.')}
      </p>
      <div className="jp-codeassess-Buttons">
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept"
          onClick={event => {
            keepFocus(event.currentTarget);
            void model.finish();
          }}
        >
          {trans.__('Finish now')}
        </button>
        <button type="button" className="jp-mod-styled" autoFocus onClick={() => ask(false)}>
          {trans.__('Keep working')}
        </button>
      </div>
    </section>
  );
}
