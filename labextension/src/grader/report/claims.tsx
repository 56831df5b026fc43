import React from 'react';

import type * as wire from '../../wire';
import { Coded } from '../../text';
import type { IReport } from '../records';
import type { ISessionView } from '../session/props';
import { Moment } from './moment';

interface IClaimsProps extends ISessionView {
  title: string;
  claims: readonly string[];
  report: IReport;
}

/** What the examiner says of all answers, with links to the questions whose lines a statement names. */
export function Claims({ title, claims, report, ...view }: IClaimsProps): React.JSX.Element | null {
  return claims.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <ul>
        {claims.map(claim => (
          <li key={claim}>
            <Coded text={claim} />{' '}
            {questionsIn(claim, report.questions).map(question => (
              <Moment
                key={question.interaction_id}
                {...view}
                question={question}
                kind={question.responded_at === null ? 'question' : 'answer'}
                at={question.responded_at ?? question.asked_at}
                words={at => view.trans.__('at %1', at)}
              />
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The questions that are about lines that `claim` names: "line 3", "lines 3-7". */
export function questionsIn(claim: string, questions: readonly wire.QuestionPart[]): wire.QuestionPart[] {
  const named = [...claim.matchAll(/\blines? (\d+)(?:[-–](\d+))?/g)].map(
    ([, start, end]) => `${start} ${end ?? start}`
  );
  return questions.filter(({ lines }) => named.includes(`${lines.start} ${lines.end}`));
}
