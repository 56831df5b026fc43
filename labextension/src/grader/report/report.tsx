import React from 'react';

import { Coded } from '../../text';
import type { IReport } from '../records';
import type { ISessionView } from '../session/props';
import { useSignal } from '../signals';
import { Trouble } from '../trouble';
import { dateInWords, rangeInWords, troubleInWords } from '../words';
import { Claims } from './claims';
import { Question } from './question';
import { Versions } from './versions';

/** The report: each statement with a link to its moment, and the reviews. */
export function Report(view: ISessionView): React.JSX.Element {
  const { model, trans } = view;
  useSignal(model.report.stateChanged);
  const { shown: report, problem, loaded } = model.report;
  if (problem !== null && report === null) {
    return <Trouble problem={problem} trans={trans} onRetry={() => void model.report.load()} />;
  }
  if (report === null) {
    return loaded ? <Missing {...view} /> : <p className="jp-codeassess-Nothing">{trans.__('Loading …')}</p>;
  }
  return (
    <div className="jp-codeassess-Report" tabIndex={0} role="group" aria-label={trans.__('Report')}>
      {problem && (
        <p className="jp-codeassess-Problem" role="alert">
          {troubleInWords(problem, trans)}
        </p>
      )}
      <Versions {...view} />
      <Overall {...view} report={report} />
      <div className="jp-codeassess-Questions">
        <h3>{trans.__('Questions and answers')}</h3>
        <ConfirmAll {...view} />
      </div>
      {report.questions.length === 0 && <p className="jp-codeassess-Quiet">{trans.__('No question was asked.')}</p>}
      {report.questions.map(question => (
        <Question key={question.interaction_id} {...view} question={question} />
      ))}
      <Origin report={report} trans={trans} />
    </div>
  );
}

/** One decision for all answers that wait, where it would be more than one. */
function ConfirmAll({ model, trans }: ISessionView): React.JSX.Element | null {
  const { report } = model;
  const { length } = report.waiting;
  if (report.shown !== report.report || length < 2) {
    return null;
  }
  return (
    <button
      type="button"
      className="jp-codeassess-Button"
      title={trans.__('Each waiting answer keeps the score of the examiner. You can change each afterwards.')}
      disabled={report.saving !== null}
      onClick={() => void report.confirmAll()}
    >
      {trans.__('Confirm the %1 that wait', length)}
    </button>
  );
}

/** There is no report yet: the reason, and what to do. */
function Missing({ model, trans }: ISessionView): React.JSX.Element {
  return (
    <div className="jp-codeassess-Nothing">
      <p>
        {model.session?.status === 'active' || model.session?.status === 'closing'
          ? trans.__('The candidate has not finished. The report is written when they do, and appears here.')
          : trans.__('The report is being written. It appears here in a moment.')}
      </p>
    </div>
  );
}

function Overall({ report, ...view }: ISessionView & { report: IReport }): React.JSX.Element {
  const { overall } = report;
  const { score_min: low, score_max: high } = overall;
  const { trans } = view;
  return (
    <section className="jp-codeassess-Overall" aria-label={trans.__('Overall')}>
      <div className="jp-codeassess-Big">
        {low !== null && high !== null && <strong>{rangeInWords(low, high)}</strong>}
        <span>{low === null ? trans.__('No score yet') : trans.__('of 10')}</span>
        {report.integrity === 'unverified' && (
          <span className="jp-codeassess-Flag" title={report.integrity_reason}>
            {trans.__('Unverified')}
          </span>
        )}
        {overall.provisional && <span className="jp-codeassess-Waits">{trans.__('Provisional')}</span>}
      </div>
      <div>
        <p>
          <Coded text={overall.explanation} />
        </p>
        <p>
          <Coded text={report.summary} />
        </p>
        <Claims {...view} title={trans.__('Strengths')} claims={report.strengths} report={report} />
        <Claims {...view} title={trans.__('Concerns')} claims={report.concerns} report={report} />
      </div>
    </section>
  );
}

/** How the report was made. */
function Origin({ report, trans }: Pick<ISessionView, 'trans'> & { report: IReport }): React.JSX.Element {
  const made = dateInWords(Date.parse(report.report.created_at));
  return (
    <footer className="jp-codeassess-Quiet">
      <p>{trans.__('Version %1, made %2. %3', report.report.version, made, report.integrity_reason)}</p>
      {report.consent && (
        <p>
          {trans.__(
            'The candidate agreed to the text of version %1 on %2 (sha256 %3…).',
            report.consent.version,
            dateInWords(Date.parse(report.consent.agreed_at)),
            report.consent.sha256.slice(0, 16)
          )}
        </p>
      )}
      {report.notes.map(note => (
        <p key={note}>
          <Coded text={note} />
        </p>
      ))}
    </footer>
  );
}
