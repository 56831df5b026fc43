import React from 'react';

import { Instructions } from './instructions';
import { hasStarter } from './starter';
import type { IView } from './view';

/** What is to be done, at hand while doing it, and the code it begins with. */
export function Task({ model, trans, begin }: IView): React.JSX.Element | null {
  const assessment = model.session?.assessment;
  if (!assessment) {
    return null;
  }
  return (
    <section className="jp-codeassess-Task" aria-label={trans.__('Task')}>
      <details>
        <summary>{assessment.title}</summary>
        {assessment.instructions && <Instructions text={assessment.instructions} />}
      </details>
      {hasStarter(assessment) && model.documents.paths.length === 0 && (
        <button type="button" className="jp-mod-styled jp-mod-accept" onClick={() => void begin(assessment)}>
          {trans.__('Open the code to begin with')}
        </button>
      )}
    </section>
  );
}
