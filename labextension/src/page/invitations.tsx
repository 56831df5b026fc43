import React, { useState } from 'react';

import { asApiError, type ApiError } from '../connection/api';
import { download } from '../grader/download';
import { Trouble } from '../grader/trouble';
import { dateInWords, troubleInWords } from '../grader/words';
import type * as wire from '../wire';
import { useLoaded } from './loaded';
import type { IPageProps } from './page';
import { addressOf } from './routes';

type IInvitationsProps = IPageProps & { assessment: string };

/** Who is invited to an assessment, how far each has come, and inviting more. */
export function Invitations({ api, trans, assessment }: IInvitationsProps): React.JSX.Element {
  const { value, problem, again } = useLoaded(
    async () => ({
      title: (await api.assessments()).find(known => known.assessment_id === assessment)?.title ?? '',
      people: await api.people(),
      invitations: await api.invitations(assessment)
    }),
    assessment
  );
  const [made, setMade] = useState<wire.NewInvitationOut[]>([]);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const act = async (work: () => Promise<void>): Promise<void> => {
    setRefusal(null);
    try {
      await work();
      again();
    } catch (error) {
      setRefusal(asApiError(error));
    }
  };
  const invite = (group: string): Promise<void> =>
    act(async () => {
      const { items } = await api.invite(assessment, group);
      setMade(before => [...before, ...items]);
    });
  if (problem) {
    return <Trouble problem={problem} trans={trans} onRetry={again} />;
  }
  if (value === null) {
    return <p className="codeassess-Loading">{trans.__('Loading …')}</p>;
  }
  const groups = [...new Set(value.people.map(person => person.group))].filter(Boolean).sort();
  return (
    <div className="codeassess-Text codeassess-Wide">
      <p>
        <a href={addressOf({ name: 'assessments' })}>{trans.__('Assessments')}</a>
      </p>
      <h1>{trans.__('Invitations to “%1”', value.title)}</h1>
      {refusal && <p role="alert">{refusal.status === 400 ? refusal.message : troubleInWords(refusal, trans)}</p>}
      <Inviting groups={groups} trans={trans} onInvite={group => void invite(group)} />
      {made.length > 0 && <Codes made={made} trans={trans} />}
      <h2>{trans.__('Who is invited')}</h2>
      {value.invitations.length > 0 ? (
        <States
          invitations={value.invitations}
          trans={trans}
          onWithdraw={id => void act(() => api.withdraw(assessment, id))}
        />
      ) : (
        <p>{trans.__('Nobody is invited yet.')}</p>
      )}
    </div>
  );
}

interface IInvitingProps extends Pick<IPageProps, 'trans'> {
  groups: string[];
  onInvite: (group: string) => void;
}

function Inviting({ groups, trans, onInvite }: IInvitingProps): React.JSX.Element {
  const [group, setGroup] = useState(groups[0] ?? '');
  if (groups.length === 0) {
    return (
      <p>
        {trans.__('To invite people, import a roster with groups first:')}{' '}
        <a href={addressOf({ name: 'people' })}>{trans.__('People')}</a>
      </p>
    );
  }
  return (
    <form
      className="codeassess-Import"
      onSubmit={event => {
        event.preventDefault();
        onInvite(group);
      }}
    >
      <label>
        {trans.__('Group')}{' '}
        <select className="jp-codeassess-Field" value={group} onChange={event => setGroup(event.target.value)}>
          {groups.map(name => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>{' '}
      <button type="submit" className="jp-codeassess-Button" data-main="true">
        {trans.__('Invite')}
      </button>
    </form>
  );
}

/** The new codes, which nobody can be told again. */
function Codes({ made, trans }: Pick<IPageProps, 'trans'> & { made: wire.NewInvitationOut[] }): React.JSX.Element {
  const save = (): void =>
    download({ blob: new Blob([asTable(made)], { type: 'text/csv;charset=utf-8' }), name: 'invitations.csv' });
  return (
    <section role="status">
      <h2>{trans._n('%1 new code', '%1 new codes', made.length)}</h2>
      <p>
        {trans.__('They are shown this once: save them now, and send each person theirs.')}{' '}
        <button type="button" className="jp-codeassess-Button" onClick={save}>
          {trans.__('Save as CSV')}
        </button>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{trans.__('Person')}</th>
            <th scope="col">{trans.__('Code')}</th>
            <th scope="col">{trans.__('Link')}</th>
          </tr>
        </thead>
        <tbody>
          {made.map(item => (
            <tr key={item.invitation_id}>
              <th scope="row">{item.name || item.person_id}</th>
              <td data-label={trans.__('Code')}>
                <code>{item.code}</code>
              </td>
              <td data-label={trans.__('Link')}>{item.link ?? trans.__('none: public_url is not set')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface IStatesProps extends Pick<IPageProps, 'trans'> {
  invitations: wire.InvitationOut[];
  onWithdraw: (id: string) => void;
}

function States({ invitations, trans, onWithdraw }: IStatesProps): React.JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{trans.__('Person')}</th>
          <th scope="col">{trans.__('Group')}</th>
          <th scope="col">{trans.__('State')}</th>
          <th scope="col">{trans.__('Begin before')}</th>
          <th scope="col">{trans.__('Session')}</th>
          <th scope="col">{trans.__('Withdraw')}</th>
        </tr>
      </thead>
      <tbody>
        {invitations.map(item => (
          <tr key={item.invitation_id}>
            <th scope="row">{item.name || item.person_id}</th>
            <td data-label={trans.__('Group')}>{item.group}</td>
            <td data-label={trans.__('State')}>{stateInWords(item.state, trans)}</td>
            <td data-label={trans.__('Begin before')}>{dateInWords(Date.parse(item.expires_at))}</td>
            <td data-label={trans.__('Session')}>
              {item.session_id ? (
                <a href={addressOf({ name: 'session', id: item.session_id, tab: 'timeline' })}>{trans.__('Open')}</a>
              ) : (
                '–'
              )}
            </td>
            <td data-label={trans.__('Withdraw')}>
              {item.state !== 'revoked' && (
                <button
                  type="button"
                  className="jp-codeassess-Button"
                  aria-label={trans.__('Withdraw the invitation of %1', item.name || item.person_id)}
                  onClick={() => onWithdraw(item.invitation_id)}
                >
                  {trans.__('Withdraw')}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function stateInWords(state: wire.InvitationState, trans: IPageProps['trans']): string {
  switch (state) {
    case 'invited':
      return trans.__('invited');
    case 'opened':
      return trans.__('opened the link');
    case 'joined':
      return trans.__('joined');
    case 'begun':
      return trans.__('begun');
    case 'finished':
      return trans.__('finished');
    case 'expired':
      return trans.__('too late to begin');
    case 'revoked':
      return trans.__('withdrawn');
  }
}

const COLUMNS = ['person_id', 'name', 'email', 'group', 'code', 'link', 'expires_at'] as const;

/** The codes as CSV; no cell is taken for a formula. */
export function asTable(made: wire.NewInvitationOut[]): string {
  const rows = made.map(item => COLUMNS.map(column => cell(item[column] ?? '')));
  return [COLUMNS.join(','), ...rows.map(row => row.join(','))].join('\r\n');
}

function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
