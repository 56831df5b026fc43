import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';

import type { ApiError } from './connection/api';
import { dateInWords, scoreInWords } from './grader/words';
import type { Contesting } from './panel/contesting';
import { Written } from './text';
import type * as wire from './wire';

const LONGEST_REASON = 4000;

interface IContestProps {
  contesting: Contesting;
  /** The id of the question, and what to call it. */
  question: string;
  name: string;
  trans: TranslationBundle;
}

/** The candidate contests the score of an answer: the form for it, or what became of it. */
export function Contest(props: IContestProps): React.JSX.Element | null {
  const { contesting, question } = props;
  const contest = contesting.of(question);
  if (contest !== null) {
    return <Contested {...props} contest={contest} />;
  }
  return contesting.open ? <ContestForm {...props} /> : null;
}

function Contested({ contest, trans, name }: IContestProps & { contest: wire.ContestOut }): React.JSX.Element {
  const { decision } = contest;
  return (
    <section className="jp-codeassess-Contest" aria-label={trans.__('Contested score: %1', name)}>
      <p>
        <strong>{decision === null ? trans.__('You contest this score') : trans.__('You contested this score')}</strong>{' '}
        <span className="jp-codeassess-Quiet">{dateInWords(Date.parse(contest.created_at))}</span>
      </p>
      <Written text={contest.reason} />
      {decision === null ? (
        <p className="jp-codeassess-Quiet">{trans.__('A person will decide; the decision appears here.')}</p>
      ) : (
        <>
          <p>
            <strong>{trans.__('Decided: %1 of 10', scoreInWords(decision.score))}</strong>{' '}
            <span className="jp-codeassess-Quiet">{dateInWords(Date.parse(decision.decided_at))}</span>
          </p>
          {decision.reason && <Written text={decision.reason} />}
        </>
      )}
    </section>
  );
}

function ContestForm({ contesting, question, name, trans }: IContestProps): React.JSX.Element {
  const [writing, write] = useState(false);
  const [reason, setReason] = useState('');
  const busy = contesting.sending !== null;
  const refused = contesting.refusedFor === question ? contesting.refused : null;
  if (!writing) {
    return (
      <button
        type="button"
        className="jp-codeassess-Button jp-codeassess-ContestIt"
        aria-label={`${trans.__('Contest this score …')} ${name}`}
        onClick={() => write(true)}
      >
        {trans.__('Contest this score …')}
      </button>
    );
  }
  return (
    <form
      className="jp-codeassess-Contest"
      onSubmit={event => {
        event.preventDefault();
        void contesting.contest(question, reason.trim());
      }}
    >
      <label>
        <span>{trans.__('Why the score is not right. A person reads it and decides, once.')}</span>
        <textarea
          rows={4}
          className="jp-codeassess-Field"
          maxLength={LONGEST_REASON}
          autoFocus
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </label>
      {refused && (
        <p className="jp-codeassess-Problem" role="alert">
          {refusalInWords(refused, trans)}
        </p>
      )}
      <div className="jp-codeassess-Buttons">
        <button type="submit" className="jp-codeassess-Button" data-main="true" disabled={busy || reason.trim() === ''}>
          {busy ? trans.__('Sending …') : trans.__('Contest the score')}
        </button>
        <button type="button" className="jp-codeassess-Button" onClick={() => write(false)}>
          {trans.__('Cancel')}
        </button>
      </div>
    </form>
  );
}

function refusalInWords(problem: ApiError, trans: TranslationBundle): string {
  return problem.status === 0
    ? trans.__('The server does not answer. What you wrote is still here: try again.')
    : problem.message;
}
