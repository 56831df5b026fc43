import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { columnsOf } from './columns';
import type { IHeading } from './groups';
import { toDoInWords } from './words';

interface IGroupProps {
  heading: IHeading;
  trans: TranslationBundle;
}

/** What the dashboard says of one assessment above its sessions. */
export const GroupHeading = React.memo(function GroupHeading({ heading, trans }: IGroupProps): React.JSX.Element {
  const { title, counts } = heading;
  return (
    <div role="rowheader" aria-colspan={columnsOf(trans, true).length}>
      <strong title={title}>{title || trans.__('Open sessions')}</strong>
      {counts &&
        toDoInWords(counts, trans).map(([what, words]) => (
          <span key={what} data-what={what}>
            {words}
          </span>
        ))}
    </div>
  );
});
