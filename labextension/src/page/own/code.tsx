import React, { useEffect, useState } from 'react';

import { asApiError, type ApiError } from '../../connection/api';
import { dateInWords, troubleInWords } from '../../grader/words';
import type * as wire from '../../wire';
import type { PageApi } from '../api';
import type { IPageProps } from '../page';

interface ICodeProps extends Pick<IPageProps, 'trans'> {
  api: PageApi;
  id: string;
  snapshots: readonly wire.SnapshotInfoOut[];
}

/** Every state of the candidate's code that is stored. */
export function Code({ api, id, snapshots, trans }: ICodeProps): React.JSX.Element {
  return (
    <section aria-labelledby="own-code">
      <h2 id="own-code">{trans.__('Your code')}</h2>
      {snapshots.length === 0 ? (
        <p>{trans.__('No code was recorded.')}</p>
      ) : (
        <Snapshots {...{ api, id, snapshots, trans }} />
      )}
    </section>
  );
}

function Snapshots({ api, id, snapshots, trans }: ICodeProps): React.JSX.Element {
  const [place, setPlace] = useState(snapshots.length - 1);
  const [code, setCode] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const { n, document, created_at: at } = snapshots[place];
  useEffect(() => {
    let left = false;
    setProblem(null);
    api.snapshot(id, n).then(
      snapshot => left || setCode(snapshot.code),
      error => left || setProblem(asApiError(error))
    );
    return () => {
      left = true;
    };
  }, [n]);
  const words = trans.__('Snapshot %1 of %2: %3, %4', n, snapshots.length, document, dateInWords(Date.parse(at)));
  return (
    <>
      <label className="codeassess-Snapshots">
        <span>{words}</span>
        <input
          type="range"
          min={0}
          max={snapshots.length - 1}
          value={place}
          aria-valuetext={words}
          onChange={event => setPlace(Number(event.target.value))}
        />
      </label>
      {problem && <p role="alert">{troubleInWords(problem, trans)}</p>}
      <pre className="codeassess-Snapshot" tabIndex={0} role="group" aria-label={words}>
        {code ?? trans.__('Loading …')}
      </pre>
    </>
  );
}
