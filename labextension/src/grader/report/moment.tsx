import React from 'react';

import type { EventKind } from '../timeline/events';
import { clock } from '../words';
import type { IQuestionProps } from './props';

/** A link to the moment on the timeline. */
export function Moment(
  props: IQuestionProps & { kind: EventKind; at: string | null; words: (at: string) => string }
): React.JSX.Element | null {
  const { model, question, kind, at, words, trans } = props;
  if (at === null || model.session === null) {
    return null;
  }
  const time = clock(Date.parse(at) - Date.parse(model.session.created_at));
  return (
    <button
      type="button"
      className="jp-codeassess-Link"
      title={trans.__('Show this moment on the timeline')}
      onClick={() => void model.watch(question.interaction_id, kind)}
    >
      {words(time)}
    </button>
  );
}
