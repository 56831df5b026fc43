import React from 'react';

import type * as wire from '../../wire';
import { Coded } from '../../text';
import { rangeInWords, scoreInWords } from '../words';
import type { IQuestionProps } from './props';

/** The verdict on each criterion, with its quote. */
export function Criteria(
  props: IQuestionProps & { criteria: readonly wire.CriterionPart[] }
): React.JSX.Element | null {
  const { criteria, trans } = props;
  if (criteria.length === 0) {
    return null;
  }
  return (
    <ul className="jp-codeassess-Criteria" aria-label={trans.__('Criteria')}>
      {criteria.map((criterion, n) => (
        <li key={n}>
          <span
            className="jp-codeassess-Verdict"
            data-verdict={criterion.settled === false ? 'open' : criterion.verdict}
          >
            {verdictInWords(criterion, trans)}
          </span>
          <div>
            <p>
              <Coded text={criterion.criterion} />
            </p>
            <Quote {...props} criterion={criterion} />
            {criterion.reason && (
              <p className="jp-codeassess-Quiet">
                <Coded text={criterion.reason} />
              </p>
            )}
          </div>
          <span className="jp-codeassess-Points">
            {trans.__('%1 / %2', pointsInWords(criterion), scoreInWords(criterion.max_points))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The quote, as a link to the moment in which it was written. */
function Quote({
  criterion,
  question,
  model,
  trans
}: IQuestionProps & { criterion: wire.CriterionPart }): React.JSX.Element | null {
  const { quote, verified } = criterion;
  if (quote === '') {
    return null;
  }
  if (!verified) {
    return (
      <p className="jp-codeassess-Quiet">{trans.__('“%1”: not found in the answer, so it does not count', quote)}</p>
    );
  }
  const kind = question.response?.includes(quote) === false ? 'question' : 'answer';
  return (
    <button
      type="button"
      className="jp-codeassess-Link"
      title={trans.__('Show this moment on the timeline')}
      onClick={() => void model.watch(question.interaction_id, kind)}
    >
      “{quote}”
    </button>
  );
}

/** The points of an open criterion are not known yet. */
function pointsInWords({ settled, points, max_points: most }: wire.CriterionPart): string {
  return settled === false ? rangeInWords(0, most) : scoreInWords(points);
}

function verdictInWords({ verdict, settled }: wire.CriterionPart, trans: IQuestionProps['trans']): string {
  if (settled === false) {
    return trans.__('Open');
  }
  switch (verdict) {
    case 'met':
      return trans.__('Met');
    case 'partly':
      return trans.__('Partly');
    default:
      return trans.__('Not met');
  }
}
