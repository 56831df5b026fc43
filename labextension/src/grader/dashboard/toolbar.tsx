import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type * as wire from '../../wire';
import { flagInWords, statusInWords } from '../words';
import type { DashboardModel } from './model';
import { groupsOf, type IGroup } from './rows';

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
        placeholder={trans.__('Search candidate, assessment, flag')}
        aria-label={trans.__('Search candidate, assessment, flag')}
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
        <option value="">{trans.__('All assessments')}</option>
        {groupsWith(model).map(({ id, title, sessions, waiting }) => (
          <option key={id} value={id}>
            {waiting > 0
              ? trans.__('%1 (%2, %3 waiting)', title, sessions, waiting)
              : trans.__('%1 (%2)', title, sessions)}
          </option>
        ))}
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
      <span className="jp-codeassess-Count" role="status" aria-live="polite">
        {countInWords(model, trans)}
      </span>
      <button
        type="button"
        className="jp-codeassess-Button"
        title={
          wish.text === ''
            ? trans.__('Save the results of these sessions as a table')
            : trans.__('Clear the search first: the table has all sessions of the other choices')
        }
        disabled={wish.text !== '' || model.rows.length === 0}
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
  );
}

function countInWords({ rows, all, loading, away }: DashboardModel, trans: TranslationBundle): string {
  if (loading) {
    return trans.__('Loading …');
  }
  if (away) {
    return trans.__('The server does not answer; trying again …');
  }
  const number = new Intl.NumberFormat();
  return rows.length === all.length
    ? trans._n('%1 session', '%1 sessions', all.length).replace(String(all.length), number.format(all.length))
    : trans.__('%1 of %2 sessions', number.format(rows.length), number.format(all.length));
}

/** The assessments to choose from; the chosen one is among them also while no session of it is here. */
function groupsWith({ all, wish }: DashboardModel): IGroup[] {
  const groups = groupsOf(all);
  const missing = wish.assessment !== '' && !groups.some(({ id }) => id === wish.assessment);
  return missing ? [...groups, { id: wish.assessment, title: wish.assessment, sessions: 0, waiting: 0 }] : groups;
}
