import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type * as wire from '../../wire';
import { flagInWords, statusInWords } from '../words';
import type { DashboardModel } from './model';
import { groupedBy } from './rows';
import { assessmentInWords, countInWords } from './words';

const STATES: readonly wire.SessionStatus[] = ['active', 'closing', 'finishing', 'ended'];

const FLAGS: readonly wire.Flag[] = ['paste', 'instructions_to_examiner', 'evaluation_failed'];

interface IToolbarProps {
  model: DashboardModel;
  trans: TranslationBundle;
}

/** Which sessions are shown. */
export function Toolbar({ model, trans }: IToolbarProps): React.JSX.Element {
  const { wish } = model;
  return (
    <div className="jp-codeassess-Toolbar" role="search" aria-label={trans.__('Filter the sessions')}>
      <input
        type="search"
        className="jp-codeassess-Field"
        value={wish.text}
        placeholder={trans.__('Search candidate, assessment')}
        aria-label={trans.__('Search candidate, assessment')}
        spellCheck={false}
        onChange={event => model.choose({ text: event.target.value })}
      />
      <select
        className="jp-codeassess-Field"
        value={wish.status}
        aria-label={trans.__('State')}
        onChange={event => model.choose({ status: event.target.value as wire.SessionStatus | '' })}
      >
        <option value="">{trans.__('All states')}</option>
        {STATES.map(status => (
          <option key={status} value={status}>
            {statusInWords(status, trans)}
          </option>
        ))}
      </select>
      <select
        className="jp-codeassess-Field"
        data-field="assessment"
        value={wish.assessment}
        aria-label={trans.__('Assessment')}
        onChange={event => model.choose({ assessment: event.target.value })}
      >
        <Assessments model={model} trans={trans} />
      </select>
      <select
        className="jp-codeassess-Field"
        value={wish.flag}
        aria-label={trans.__('Flag')}
        onChange={event => model.choose({ flag: event.target.value as wire.Flag | '' })}
      >
        <option value="">{trans.__('With and without flags')}</option>
        {FLAGS.map(flag => (
          <option key={flag} value={flag}>
            {flagInWords(flag, trans)}
          </option>
        ))}
      </select>
      <div className="jp-codeassess-ToolbarEnd">
        <label className="jp-codeassess-Check">
          <input
            type="checkbox"
            checked={wish.waiting}
            onChange={event => model.choose({ waiting: event.target.checked })}
          />
          {trans.__('Waiting for review')}
        </label>
        <label className="jp-codeassess-Check">
          <input
            type="checkbox"
            checked={wish.contested}
            onChange={event => model.choose({ contested: event.target.checked })}
          />
          {trans.__('Contested')}
        </label>
        <label className="jp-codeassess-Check">
          <input
            type="checkbox"
            checked={wish.grouped}
            onChange={event => model.choose(groupedBy(wish, event.target.checked))}
          />
          {trans.__('Group by assessment')}
        </label>
        <span className="jp-codeassess-Count" role="status" aria-live="polite">
          {countInWords(model, trans)}
        </span>
        <button
          type="button"
          className="jp-codeassess-Button"
          title={trans.__('Save the results of all these sessions as a table')}
          disabled={model.rows.length === 0}
          onClick={() => void model.saveResults()}
        >
          {trans.__('Results (CSV)')}
        </button>
        <button
          type="button"
          className="jp-codeassess-Icon"
          title={trans.__('Read the list again')}
          aria-label={trans.__('Read the list again')}
          disabled={model.loading}
          onClick={() => void model.load()}
        >
          <refreshIcon.react tag="span" />
        </button>
      </div>
    </div>
  );
}

/** The assessments to choose from; the chosen one is among them also while they are being read. */
function Assessments({ model, trans }: IToolbarProps): React.JSX.Element {
  const { assessments, wish } = model;
  const missing = wish.assessment !== '' && !assessments.some(({ assessment_id }) => assessment_id === wish.assessment);
  return (
    <>
      <option value="">{trans.__('All assessments')}</option>
      {assessments.map(assessment => (
        <option key={assessment.assessment_id} value={assessment.assessment_id}>
          {assessmentInWords(assessment, trans)}
        </option>
      ))}
      {missing && <option value={wish.assessment}>{wish.assessment}</option>}
    </>
  );
}
