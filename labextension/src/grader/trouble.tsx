import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { ApiError } from '../connection/api';
import { troubleInWords } from './words';

interface ITroubleProps {
  problem: ApiError;
  trans: TranslationBundle;
  onRetry?: () => void;
}

/** What went wrong, in one sentence, and a button to try again. */
export function Trouble({ problem, trans, onRetry }: ITroubleProps): React.JSX.Element {
  return (
    <div className="jp-codeassess-Trouble" role="alert">
      <p>{troubleInWords(problem, trans)}</p>
      {onRetry && (
        <button type="button" className="jp-codeassess-Button" onClick={onRetry}>
          {trans.__('Try again')}
        </button>
      )}
    </div>
  );
}
