import React, { useState } from 'react';

import type * as wire from '../../wire';
import { Written } from '../../text';
import { counted, type INewReview } from '../records';
import { dateInWords, scoreInWords, troubleInWords } from '../words';
import type { IQuestionProps } from './props';

const MOST = 10;
const LONGEST_REASON = 4000;

/** The reviews of an evaluation and, in the latest version, a form for one. Nothing is overwritten. */
export function Review(props: IQuestionProps & { latest: boolean }): React.JSX.Element {
  const { question, model, trans, latest } = props;
  const [overriding, setOverriding] = useState(false);
  const [keeping, setKeeping] = useState(false);
  const { report } = model;
  const decide = async (decision: Omit<INewReview, 'question_id'>): Promise<void> => {
    if (await report.review({ question_id: question.interaction_id, ...decision })) {
      setOverriding(false);
      setKeeping(false);
    }
  };
  const contested = report.contested(question.interaction_id);
  return (
    <section className="jp-codeassess-Review" aria-label={trans.__('Review of question %1', question.number)}>
      {(question.reviews ?? []).map(review => (
        <Decision key={review.review_id} {...props} review={review} />
      ))}
      <Contested {...props} />
      {latest &&
        (keeping ? (
          <Keep {...props} decide={decide} cancel={() => setKeeping(false)} />
        ) : overriding ? (
          <Override {...props} decide={decide} cancel={() => setOverriding(false)} />
        ) : (
          <Choice
            {...props}
            confirm={() => (contested ? setKeeping(true) : void decide({ verdict: 'confirm' }))}
            override={() => setOverriding(true)}
          />
        ))}
      {report.refused && report.refusedFor === question.interaction_id && (
        <p className="jp-codeassess-Problem" role="alert">
          {troubleInWords(report.refused, trans)}
        </p>
      )}
    </section>
  );
}

function Decision({ review, question, trans }: IQuestionProps & { review: wire.ReviewPart }): React.JSX.Element {
  const who = trans.__('%1, %2', review.reviewer, dateInWords(Date.parse(review.created_at)));
  const examiner = question.evaluation === null ? '–' : scoreInWords(question.evaluation.score);
  return (
    <div className="jp-codeassess-Decision">
      <p>
        <span className="jp-codeassess-Score">
          {review.verdict === 'confirm'
            ? trans.__('Confirmed')
            : trans.__('Person: %1 of 10, instead of %2', scoreInWords(review.score ?? 0), examiner)}
        </span>{' '}
        <span className="jp-codeassess-Quiet">{who}</span>
        {review.by_owner && (
          <span className="jp-codeassess-Flag">{trans.__('Reviewed by the candidate themself: does not count')}</span>
        )}
      </p>
      {review.reason && <Written text={review.reason} />}
    </div>
  );
}

/** The candidate contests the score, in their words. */
function Contested({ question, model, trans }: IQuestionProps): React.JSX.Element | null {
  const contest = model.report.contests.find(one => one.question_id === question.interaction_id);
  if (!contest) {
    return null;
  }
  return (
    <div className="jp-codeassess-Decision jp-codeassess-Contested">
      <p>
        <span className={contest.decision ? 'jp-codeassess-Score' : 'jp-codeassess-Waits'}>
          {contest.decision ? trans.__('Contested, decided') : trans.__('Contested by the candidate')}
        </span>{' '}
        <span className="jp-codeassess-Quiet">{dateInWords(Date.parse(contest.created_at))}</span>
      </p>
      <Written text={contest.reason} />
    </div>
  );
}

/** The score that stands: of the newest review that counts, else of the examiner. */
function standing(question: wire.QuestionPart): number | null {
  return counted(question).at(-1)?.score ?? question.evaluation?.score ?? null;
}

function Choice(props: IQuestionProps & { confirm: () => void; override: () => void }): React.JSX.Element {
  const { question, model, trans, confirm, override } = props;
  const busy = model.report.saving !== null;
  const again = counted(question).length > 0;
  const contested = model.report.contested(question.interaction_id) !== null;
  const score = standing(question);
  return (
    <div className="jp-codeassess-Buttons">
      {score !== null && (contested || !again) && (
        <button type="button" className="jp-codeassess-Button" data-main="true" disabled={busy} onClick={confirm}>
          {contested ? trans.__('Keep %1 …', scoreInWords(score)) : trans.__('Confirm %1', scoreInWords(score))}
        </button>
      )}
      <button type="button" className="jp-codeassess-Button" disabled={busy} onClick={override}>
        {again || contested
          ? trans.__('Change …')
          : question.evaluation
            ? trans.__('Override …')
            : trans.__('Score it …')}
      </button>
      {model.report.saving === question.interaction_id && <span role="status">{trans.__('Saving …')}</span>}
    </div>
  );
}

type Decide = (decision: Omit<INewReview, 'question_id'>) => Promise<void>;

/** A contested score stays as it is: the candidate is told why. */
function Keep(props: IQuestionProps & { decide: Decide; cancel: () => void }): React.JSX.Element {
  const { question, model, trans, decide, cancel } = props;
  const [reason, setReason] = useState('');
  const score = standing(question) ?? 0;
  const onSubmit = (event: React.FormEvent): void => {
    event.preventDefault();
    const why = { reason: reason.trim() };
    void decide(
      counted(question).length === 0 ? { verdict: 'confirm', ...why } : { verdict: 'override', score, ...why }
    );
  };
  return (
    <form onSubmit={onSubmit}>
      <label>
        <span>{trans.__('Why %1 of 10 stays (the candidate reads it)', scoreInWords(score))}</span>
        <textarea
          rows={3}
          className="jp-codeassess-Field"
          maxLength={LONGEST_REASON}
          autoFocus
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </label>
      <div className="jp-codeassess-Buttons">
        <button
          type="submit"
          className="jp-codeassess-Button"
          data-main="true"
          disabled={reason.trim() === '' || model.report.saving !== null}
        >
          {trans.__('Save')}
        </button>
        <button type="button" className="jp-codeassess-Button" onClick={cancel}>
          {trans.__('Cancel')}
        </button>
      </div>
    </form>
  );
}

function Override(props: IQuestionProps & { decide: Decide; cancel: () => void }): React.JSX.Element {
  const { question, model, trans, decide, cancel } = props;
  const current = question.final_score ?? question.evaluation?.score ?? null;
  const [score, setScore] = useState(current === null ? '' : scoreInWords(current));
  const [reason, setReason] = useState('');
  const valid = score !== '' && Number(score) >= 0 && Number(score) <= MOST && reason.trim() !== '';
  const onSubmit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (valid) {
      void decide({ verdict: 'override', score: Number(score), reason: reason.trim() });
    }
  };
  return (
    <form onSubmit={onSubmit}>
      <label>
        <span>{trans.__('Score, 0 to 10')}</span>
        <input
          type="number"
          className="jp-codeassess-Field"
          min={0}
          max={MOST}
          step="any"
          autoFocus
          value={score}
          onChange={event => setScore(event.target.value)}
        />
      </label>
      <label>
        <span>{trans.__('Reason (kept in the report)')}</span>
        <textarea
          rows={3}
          className="jp-codeassess-Field"
          maxLength={LONGEST_REASON}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </label>
      <div className="jp-codeassess-Buttons">
        <button
          type="submit"
          className="jp-codeassess-Button"
          data-main="true"
          disabled={!valid || model.report.saving !== null}
        >
          {trans.__('Save')}
        </button>
        <button type="button" className="jp-codeassess-Button" onClick={cancel}>
          {trans.__('Cancel')}
        </button>
        {model.report.saving === question.interaction_id && <span role="status">{trans.__('Saving …')}</span>}
      </div>
    </form>
  );
}
