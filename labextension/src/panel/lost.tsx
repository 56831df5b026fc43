import React from 'react';

import type { IView } from './view';

/** After a reload the file is older than what was recorded: the candidate chooses which text to keep. */
export function Lost({ model, trans }: IView): React.JSX.Element | null {
  const { recorder, clientSession } = model;
  const lost = recorder?.lost ?? null;
  if (recorder === null || lost === null || clientSession?.keeping === 'elsewhere') {
    return null;
  }
  return (
    <section className="jp-codeassess-Problem" role="status" aria-label={trans.__('Unsaved changes')}>
      <p>
        {trans.__('%1 was not saved before this page was loaded again. What you typed is kept.', lost.watcher.path)}
      </p>
      <div className="jp-codeassess-Buttons">
        <button type="button" className="jp-mod-styled jp-mod-accept" onClick={() => recorder.settle(lost, true)}>
          {trans.__('Bring it back')}
        </button>
        <button type="button" className="jp-mod-styled" onClick={() => recorder.settle(lost, false)}>
          {trans.__('Go on with the file')}
        </button>
      </div>
    </section>
  );
}
