import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type * as wire from '../../wire';
import { statusInWords } from '../words';
import type { DashboardModel } from './model';

const STATES: readonly wire.SessionStatus[] = ['active', 'closing', 'finishing', 'ended'];

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
      <label className="jp-codeassess-Check">
        <input
          type="checkbox"
          checked={wish.waiting}
          onChange={event => model.choose({ waiting: event.target.checked })}
        />
        {trans.__('Waiting for review')}
      </label>
      <span className="jp-codeassess-Count" role="status" aria-live="polite">
        {countInWords(model, trans)}
      </span>
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
