import React from 'react';

import { Coded, Prose, Written } from '../../text';
import { useSignal } from '../signals';
import { clock, scoreInWords } from '../words';
import type { EventKind } from './events';
import { lastAsked, type IAsked } from './questions';
import type { ITimelineView } from './props';
import { causeInWords, decisionInWords, linesInWords } from './words';

/** The question, the answer and the score as they were at the chosen moment. */
export function Detail(view: ITimelineView): React.JSX.Element {
  const { model, trans } = view;
  useSignal(model.moved);
  const asked = model.asking ?? lastAsked(model.questions, model.position);
  const { current } = model;
  return (
    <div className="jp-codeassess-Detail" aria-label={trans.__('At this moment')} role="region" tabIndex={0}>
      <p className="jp-codeassess-Quiet">{whereInWords(view)}</p>
      {current?.kind === 'decision' && <p>{decisionInWords(current.payload, trans)}</p>}
      {asked ? (
        <Question {...view} asked={asked} />
      ) : (
        <p className="jp-codeassess-Quiet">{trans.__('No question was asked up to this moment.')}</p>
      )}
    </div>
  );
}

function whereInWords({ model, trans }: ITimelineView): string {
  const total = model.session.counts.snapshots;
  if (!model.complete) {
    return trans.__('Loading the history: %1 of %2 changes …', model.history.steps.length, total);
  }
  const { steps } = model;
  const step = model.history.steps[steps - 1];
  if (step === undefined) {
    return trans.__('Before the first change');
  }
  return trans.__('Change %1 of %2, %3', steps, model.history.steps.length, causeInWords(step.edit.cause, trans));
}

function Question({ asked, ...view }: ITimelineView & { asked: IAsked }): React.JSX.Element {
  const { model, trans } = view;
  const { reported } = asked;
  return (
    <article>
      <h3>
        {trans.__('Question %1', asked.number)}
        {reported && <span className="jp-codeassess-Quiet"> {linesInWords(reported.lines, trans)}</span>}
      </h3>
      <Prose text={asked.text} />
      <Answer {...view} asked={asked} />
      {asked.judged !== null && model.position >= asked.judged && <Judgement {...view} asked={asked} />}
    </article>
  );
}

function Answer({ asked, model, trans }: ITimelineView & { asked: IAsked }): React.JSX.Element {
  const { answered, answer } = asked;
  if (answered === null) {
    const words = model.live ? trans.__('There is no answer yet.') : trans.__('It was not answered.');
    return <p className="jp-codeassess-Quiet">{words}</p>;
  }
  if (model.position < answered) {
    return (
      <button type="button" className="jp-codeassess-Link" onClick={() => model.chooseOf(asked.id, outcomeOf(asked))}>
        {trans.__('Go to the answer, at %1', clock(answered - model.start))}
      </button>
    );
  }
  if (answer === null) {
    return <p className="jp-codeassess-Quiet">{trans.__('The candidate skipped it.')}</p>;
  }
  return (
    <div className="jp-codeassess-Answer">
      <span className="jp-codeassess-Who">{trans.__('Answered after %1', clock(answered - asked.asked))}</span>
      {asked.given.map(({ label, text }) => (
        <div key={label} className="jp-codeassess-Given">
          <span className="jp-codeassess-Quiet">
            <Coded text={label} />
          </span>
          <Written text={text} />
        </div>
      ))}
      {answer !== '' && <Written text={answer} />}
    </div>
  );
}

/** The event that closes a question. */
function outcomeOf({ judged, failed, answer }: IAsked): EventKind {
  if (judged !== null) {
    return failed ? 'failed' : 'evaluation';
  }
  return answer === null ? 'deferred' : 'answer';
}

function Judgement({ asked, trans, read }: ITimelineView & { asked: IAsked }): React.JSX.Element {
  const { reported, score } = asked;
  const final = reported?.final_score ?? null;
  return (
    <div className="jp-codeassess-Evaluation">
      {score !== null && (
        <span className="jp-codeassess-Score">{asked.scoreText ?? trans.__('%1 of 10', scoreInWords(score))}</span>
      )}
      {asked.failed && <p>{trans.__('It could not be evaluated: a person has to.')}</p>}
      {asked.evaluation && <Prose text={asked.evaluation} />}
      {final !== null && final !== score && <p>{trans.__('A person reviewed it: %1 of 10.', scoreInWords(final))}</p>}
      {reported && (
        <button type="button" className="jp-codeassess-Link" onClick={() => read(asked.id)}>
          {trans.__('Criteria and review in the report')}
        </button>
      )}
    </div>
  );
}
