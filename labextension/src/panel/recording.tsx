import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { IView } from './view';

/** Which documents are recorded; the candidate adds and takes away. */
export function Recording({ model, trans }: IView): React.JSX.Element {
  const { paths } = model.documents;
  const tooBig = model.recorder?.tooBig;
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
          <li key={path}>
            <span title={path}>{path}</span>
            <button
              type="button"
              className="jp-codeassess-Icon"
              title={trans.__('Record %1 no longer', path)}
              aria-label={trans.__('Record %1 no longer', path)}
              onClick={() => model.documents.remove(path)}
            >
              <closeIcon.react tag="span" width="12px" />
            </button>
            {tooBig?.has(path) && (
              <p className="jp-codeassess-Problem">
                {trans.__('Too large to be recorded (over 1 MiB). Its last smaller state is stored.')}
              </p>
            )}
          </li>
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
