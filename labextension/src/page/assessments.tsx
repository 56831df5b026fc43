import React from 'react';

import { Trouble } from '../grader/trouble';
import { assessmentStateInWords, dateInWords } from '../grader/words';
import { useLoaded } from './loaded';
import type { IPageProps } from './page';
import { addressOf } from './routes';

/** The assessments that this person may read, in their newest versions. */
export function Assessments({ api, trans, invites }: IPageProps & { invites: boolean }): React.JSX.Element {
  const { value, problem, again } = useLoaded(() => api.assessments(), api);
  if (problem) {
    return <Trouble problem={problem} trans={trans} onRetry={again} />;
  }
  if (value === null) {
    return <p className="codeassess-Loading">{trans.__('Loading …')}</p>;
  }
  return (
    <div className="codeassess-Text codeassess-Wide">
      <h1>{trans.__('Assessments')}</h1>
      {value.length === 0 && <p>{trans.__('There is none yet. `codeassess assessment publish FOLDER` stores one.')}</p>}
      {value.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{trans.__('Title')}</th>
              <th scope="col">{trans.__('State')}</th>
              <th scope="col">{trans.__('Version')}</th>
              <th scope="col">{trans.__('Language')}</th>
              <th scope="col">{trans.__('Time limit')}</th>
              <th scope="col">{trans.__('Report')}</th>
              <th scope="col">{trans.__('Stored')}</th>
              {invites && <th scope="col">{trans.__('People')}</th>}
            </tr>
          </thead>
          <tbody>
            {value.map(assessment => (
              <tr key={assessment.assessment_id}>
                <th scope="row">
                  <a href={addressOf({ name: 'sessions', assessment: assessment.assessment_id })}>{assessment.title}</a>
                </th>
                <td data-label={trans.__('State')}>{assessmentStateInWords(assessment, trans)}</td>
                <td data-label={trans.__('Version')}>{assessment.version}</td>
                <td data-label={trans.__('Language')}>{assessment.language}</td>
                <td data-label={trans.__('Time limit')}>{limitInWords(assessment.time_limit, trans)}</td>
                <td data-label={trans.__('Report')}>
                  {assessment.show_report ? trans.__('candidates too') : trans.__('graders only')}
                </td>
                <td data-label={trans.__('Stored')}>
                  {dateInWords(Date.parse(assessment.created_at))} · {assessment.created_by}
                </td>
                {invites && (
                  <td data-label={trans.__('People')}>
                    <a href={addressOf({ name: 'invitations', assessment: assessment.assessment_id })}>
                      {trans.__('Invitations')}
                    </a>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function limitInWords(seconds: number | null | undefined, trans: IPageProps['trans']): string {
  return seconds ? trans._n('%1 minute', '%1 minutes', Math.round(seconds / 60)) : trans.__('none');
}
