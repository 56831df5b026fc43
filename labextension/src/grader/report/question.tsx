import React, { useEffect, useRef } from 'react';

import { linesOf } from '../../lines';
import { Coded, Prose, Written } from '../../text';
import { linesInWords } from '../timeline/words';
import { counted } from '../records';
import { flagInWords, rangeInWords } from '../words';
import { Criteria } from './criteria';
import { Moment } from './moment';
import type { IQuestionProps } from './props';
import { Review } from './review';
import { Slots } from './slots';

/** A flag that repeats the name of the examiner, which is shown beside it. */
const OFFLINE = 'judged_offline';

/** One question: its code, the answer, the score and the reasons. */
export function Question(props: IQuestionProps): React.JSX.Element {
  const { model, question, trans } = props;
  const node = useRef<HTMLElement>(null);
  const wanted = model.question === question.interaction_id;
  const latest = model.report.shown === model.report.report;
  const reviewed = (question.reviews ?? []).length > 0;
  useEffect(() => {
    if (wanted) {
      node.current?.scrollIntoView({ block: 'start' });
    }
  }, [wanted]);
  return (
    <article ref={node} className="jp-codeassess-Asked" aria-label={trans.__('Question %1', question.number)}>
      <header>
        <h4>{trans.__('Question %1', question.number)}</h4>
        <span className="jp-codeassess-Quiet">
          {question.document}, {linesInWords(question.lines, trans)}
        </span>
        <Moment {...props} kind="question" at={question.asked_at} words={at => trans.__('asked at %1', at)} />
        <Final {...props} />
      </header>
      <Prose text={question.question} />
      <Excerpt {...question.excerpt} label={trans.__('The code that it is about')} />
      <Answer {...props} />
      {question.response !== null && <Slots {...props} />}
      {question.evaluation && <Evaluation {...props} />}
      {question.failure && (
        <p className="jp-codeassess-Quiet">
          <Coded text={question.failure} />
        </p>
      )}
      {question.response !== null && (latest || reviewed) && <Review {...props} latest={latest} />}
    </article>
  );
}

/** The present score. */
function Final({ question, model, trans }: IQuestionProps): React.JSX.Element | null {
  const { score_min: low, score_max: high } = question;
  const contested = model.report.contested(question.interaction_id) !== null;
  const waits = question.response !== null && counted(question).length === 0;
  const unsure = question.evaluation === null || question.evaluation.needs_review;
  return (
    <span className="jp-codeassess-Final" title={question.score_text ?? undefined}>
      {low != null && high != null && (question.evaluation || !waits) && <strong>{rangeInWords(low, high)}</strong>}
      {contested && <span className="jp-codeassess-Waits">{trans.__('Contested')}</span>}
      {waits && unsure && !contested && <span className="jp-codeassess-Waits">{trans.__('Waits for review')}</span>}
    </span>
  );
}

function Excerpt(props: { code: string; start_line: number; label: string }): React.JSX.Element {
  const lines = linesOf(props.code.replace(/(?:\r\n|\n|\r)$/, ''));
  return (
    <pre className="jp-codeassess-Excerpt" tabIndex={0} role="group" aria-label={props.label}>
      {lines.map((text, index) => (
        <span key={index} data-number={props.start_line + index} data-asked="true">
          {text || ' '}
        </span>
      ))}
    </pre>
  );
}

function Answer(props: IQuestionProps): React.JSX.Element {
  const { question, trans } = props;
  if (question.response === null) {
    const words =
      question.status === 'deferred' ? trans.__('The candidate skipped it.') : trans.__('It was not answered.');
    return <p className="jp-codeassess-Quiet">{words}</p>;
  }
  return (
    <div className="jp-codeassess-Answer">
      <Moment {...props} kind="answer" at={question.responded_at} words={at => trans.__('Answered at %1', at)} />
      {question.response !== '' && <Written text={question.response} />}
    </div>
  );
}

function Evaluation(props: IQuestionProps): React.JSX.Element {
  const { question, trans } = props;
  const evaluation = question.evaluation!;
  return (
    <div className="jp-codeassess-Evaluation">
      <p>
        <span className="jp-codeassess-Score">{trans.__('Examiner: %1', evaluation.score_text)}</span>{' '}
        <span className="jp-codeassess-Quiet">{evaluation.provenance.model}</span>{' '}
        {evaluation.flags
          .filter(flag => flag !== OFFLINE)
          .map(flag => (
            <span key={flag} className="jp-codeassess-Flag">
              {flagInWords(flag, trans)}
            </span>
          ))}
      </p>
      <Prose text={evaluation.text} />
      <Criteria {...props} criteria={evaluation.criteria} />
    </div>
  );
}
