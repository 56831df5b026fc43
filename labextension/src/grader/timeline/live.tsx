import React from 'react';

import { useSignal } from '../signals';
import type { ITimelineView } from './props';

/** For a session that is not ended: whether the end is followed, and a button to it. */
export function Live({ model, away, trans }: ITimelineView): React.JSX.Element | null {
  useSignal(model.moved);
  if (!model.live) {
    return null;
  }
  if (away) {
    return <span className="jp-codeassess-Quiet">{trans.__('The server does not answer; trying again …')}</span>;
  }
  const { following, unseen } = model;
  return (
    <button
      type="button"
      className="jp-codeassess-Button jp-codeassess-Live"
      aria-pressed={following}
      title={
        following ? trans.__('New changes are shown as they come') : trans.__('Go to the end and stay there (End)')
      }
      onClick={() => model.seek(model.end)}
    >
      {trans.__('Live')}
      {unseen > 0 && <span>{trans._n('%1 new', '%1 new', unseen)}</span>}
    </button>
  );
}
