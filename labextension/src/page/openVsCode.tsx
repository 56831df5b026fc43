import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';

import { asApiError, type ApiError } from '../connection/api';
import { troubleInWords } from '../grader/words';
import type * as wire from '../wire';
import { vsCodeLink } from './links';

interface IOpenVsCodeProps {
  server: string;
  trans: TranslationBundle;
  /** Makes the code that the link carries. */
  handOver: () => Promise<wire.HandOverOut>;
}

/** The way on in VS Code: a link with a code of its own, made when it is needed, because it lives for a minute. */
export function OpenVsCode({ server, trans, handOver }: IOpenVsCodeProps): React.JSX.Element {
  const [stage, setStage] = useState<'ready' | 'busy' | 'opened'>('ready');
  const [problem, setProblem] = useState<ApiError | null>(null);
  const open = async (): Promise<void> => {
    setStage('busy');
    setProblem(null);
    try {
      window.location.assign(vsCodeLink(server, (await handOver()).code));
      setStage('opened');
    } catch (error) {
      setProblem(asApiError(error));
      setStage('ready');
    }
  };
  return (
    <>
      <p>
        <button type="button" className="jp-codeassess-Button" disabled={stage === 'busy'} onClick={() => void open()}>
          {trans.__('Open VS Code')}
        </button>
      </p>
      {problem && (
        <p role="alert">
          {problem.status >= 400 && problem.status < 500 ? problem.message : troubleInWords(problem, trans)}
        </p>
      )}
      <p role="status">
        {stage === 'opened' &&
          trans.__(
            'VS Code is being opened, and asks before it connects. Nothing happens? Install the extension CodeAssess first, or use its command, as below.'
          )}
      </p>
    </>
  );
}
