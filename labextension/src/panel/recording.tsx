import { closeIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';

import type { IView } from './view';
import { tooBigInWords } from './words';

/** The recorded documents; the candidate adds and removes them. */
export function Recording({ model, trans }: IView): React.JSX.Element {
  const { paths } = model.documents;
  const current = model.documents.current();
  return (
    <section className="jp-codeassess-Recording" aria-label={trans.__('Recorded documents')}>
      <h3>{trans.__('Recorded')}</h3>
      {paths.length === 0 && (
        <p className="jp-codeassess-Problem">
          {current === null
            ? trans.__('Nothing is recorded at the moment. Open a notebook or a file, then add it here.')
            : trans.__('Nothing is recorded at the moment.')}
        </p>
      )}
      <ul>
        {paths.map(path => (
          <Recorded key={path} model={model} trans={trans} path={path} />
        ))}
      </ul>
      {current !== null && !paths.includes(current) && (
        <button type="button" className="jp-codeassess-Link" onClick={() => model.documents.add(current)}>
          {trans.__('Add %1', current)}
        </button>
      )}
    </section>
  );
}

/** A recorded document, with a button that removes it after a confirmation. */
function Recorded({ model, trans, path }: Pick<IView, 'model' | 'trans'> & { path: string }): React.JSX.Element {
  const [asking, ask] = useState(false);
  return (
    <li>
      <span title={path}>{path}</span>
      {!asking && (
        <button
          type="button"
          className="jp-codeassess-Icon"
          title={trans.__('Stop recording %1 …', path)}
          aria-label={trans.__('Stop recording %1 …', path)}
          onClick={() => ask(true)}
        >
          <closeIcon.react tag="span" width="12px" />
        </button>
      )}
      {asking && (
        <div className="jp-codeassess-Ask" role="group" aria-label={trans.__('Stop recording %1?', path)}>
          <p>{trans.__('Stop recording it? What you write in it from then on is not part of your work.')}</p>
          <div className="jp-codeassess-Buttons">
            <button type="button" className="jp-mod-styled" onClick={() => model.documents.remove(path)}>
              {trans.__('Stop recording')}
            </button>
            <button type="button" className="jp-mod-styled jp-mod-accept" autoFocus onClick={() => ask(false)}>
              {trans.__('Keep recording')}
            </button>
          </div>
        </div>
      )}
      {model.recorder?.tooBig.has(path) && (
        <p className="jp-codeassess-Problem">{tooBigInWords(model.recorder.tooBig.get(path) === true, trans)}</p>
      )}
    </li>
  );
}
