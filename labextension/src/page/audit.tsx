import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef, useState } from 'react';

import { asApiError, type ApiError } from '../connection/api';
import { Trouble } from '../grader/trouble';
import type * as wire from '../wire';
import type { IPageProps } from './page';
import { addressOf } from './routes';

/** What is looked for. Empty: anything. */
interface IFilter {
  person: string;
  action: string;
  session: string;
  hours: string;
  refused: boolean;
}

interface IFound {
  lines: wire.AuditLineOut[];
  /** The cursor of the older lines; null: there are none. */
  next: string | null;
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

const ANY: IFilter = { person: '', action: '', session: '', hours: '', refused: false };

/** Who did what to which object, for operators. */
export function Audit({ api, trans }: IPageProps): React.JSX.Element {
  const [filter, setFilter] = useState(ANY);
  const [found, setFound] = useState<IFound | null>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const asked = useRef(0);
  /** The server's clock less that of this page: the newest line is of the moment in which the page asked first. */
  const ahead = useRef<number | null>(null);
  const look = async (wanted: IFilter, before?: IFound): Promise<void> => {
    const turn = ++asked.current;
    setProblem(null);
    setFilter(wanted);
    try {
      const page = await api.audit({
        ...queryOf(wanted, (ahead.current ?? 0) + performance.now()),
        ...(before?.next && { cursor: before.next })
      });
      if (turn === asked.current) {
        const [newest] = page.items;
        if (newest) {
          ahead.current ??= Date.parse(newest.created_at) - performance.now();
        }
        setFound({ lines: [...(before?.lines ?? []), ...page.items], next: page.next ?? null });
      }
    } catch (error) {
      if (turn === asked.current) {
        setProblem(asApiError(error));
      }
    }
  };
  useEffect(() => void look(ANY), [api]);
  const refused = problem?.status === 400;
  return (
    <div className="codeassess-Text codeassess-Widest">
      <h1>{trans.__('Audit')}</h1>
      <Filters trans={trans} onLook={wanted => void look(wanted)} />
      {refused && <p role="alert">{problem.message}</p>}
      {problem && !refused && <Trouble problem={problem} trans={trans} onRetry={() => void look(filter)} />}
      {!problem && found === null && <p className="codeassess-Loading">{trans.__('Loading …')}</p>}
      {!problem && found && (
        <>
          <p role="status">{howMany(found, trans)}</p>
          {found.lines.length > 0 && <Lines lines={found.lines} trans={trans} />}
          {found.next && (
            <button type="button" className="jp-codeassess-Button" onClick={() => void look(filter, found)}>
              {trans.__('Show older lines')}
            </button>
          )}
        </>
      )}
    </div>
  );
}

function howMany({ lines, next }: IFound, trans: TranslationBundle): string {
  if (lines.length === 0) {
    return trans.__('Nothing was recorded that fits.');
  }
  const shown = trans._n('%1 line', '%1 lines', lines.length);
  return next ? trans.__('The newest %1.', shown) : trans.__('%1 in all.', shown);
}

/** The query of a filter at a time (ms) of the server's clock. */
function queryOf(filter: IFilter, now: number): Record<string, string> {
  const texts = { person: filter.person.trim(), action: filter.action.trim(), session: filter.session.trim() };
  const since = filter.hours && new Date(now - Number(filter.hours) * 3_600_000).toISOString();
  const all = { ...texts, since, refused: filter.refused ? 'true' : '' };
  return Object.fromEntries(Object.entries(all).filter(([, text]) => text));
}

interface IFiltersProps extends Pick<IPageProps, 'trans'> {
  onLook: (filter: IFilter) => void;
}

function Filters({ trans, onLook }: IFiltersProps): React.JSX.Element {
  const [filter, setFilter] = useState(ANY);
  const text = (name: 'person' | 'action' | 'session', label: string): React.JSX.Element => (
    <label>
      {label}
      <input
        className="jp-codeassess-Field"
        value={filter[name]}
        spellCheck={false}
        onChange={event => setFilter({ ...filter, [name]: event.target.value })}
      />
    </label>
  );
  const at = (wanted: IFilter): void => {
    setFilter(wanted);
    onLook(wanted);
  };
  return (
    <form
      className="codeassess-Filters"
      role="search"
      onSubmit={event => {
        event.preventDefault();
        onLook(filter);
      }}
    >
      {text('person', trans.__('Who'))}
      {text('action', trans.__('Action'))}
      {text('session', trans.__('Session'))}
      <label>
        {trans.__('When')}
        <select
          className="jp-codeassess-Field"
          value={filter.hours}
          onChange={event => at({ ...filter, hours: event.target.value })}
        >
          <option value="">{trans.__('Any time')}</option>
          <option value="1">{trans.__('The last hour')}</option>
          <option value="24">{trans.__('The last day')}</option>
          <option value="168">{trans.__('The last week')}</option>
        </select>
      </label>
      <label className="codeassess-Check">
        <input
          type="checkbox"
          checked={filter.refused}
          onChange={event => at({ ...filter, refused: event.target.checked })}
        />
        {trans.__('Only refused')}
      </label>
      <button type="submit" className="jp-codeassess-Button" data-main="true">
        {trans.__('Look')}
      </button>
    </form>
  );
}

function Lines({ lines, trans }: Pick<IPageProps, 'trans'> & { lines: wire.AuditLineOut[] }): React.JSX.Element {
  return (
    <table className="codeassess-Audit">
      <thead>
        <tr>
          <th scope="col">{trans.__('When')}</th>
          <th scope="col">{trans.__('Who')}</th>
          <th scope="col">{trans.__('Action')}</th>
          <th scope="col">{trans.__('Object')}</th>
          <th scope="col">{trans.__('Outcome')}</th>
          <th scope="col">{trans.__('From')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(line => (
          <tr key={line.id} data-refused={line.outcome !== 'done'}>
            <td data-label={trans.__('When')}>{moment.format(Date.parse(line.created_at))}</td>
            <th scope="row">
              {line.person || trans.__('not known')} <span className="codeassess-Hint">{line.role}</span>
            </th>
            <td data-label={trans.__('Action')}>{line.action.replaceAll('_', ' ')}</td>
            <td data-label={trans.__('Object')}>
              <ObjectOf line={line} />
              {Object.keys(line.detail).length > 0 && (
                <div className="codeassess-Hint">{detailInWords(line.detail)}</div>
              )}
            </td>
            <td data-label={trans.__('Outcome')}>
              {outcomeInWords(line, trans)}
              {line.count > 1 && <span className="codeassess-Hint"> × {line.count}</span>}
            </td>
            <td data-label={trans.__('From')}>
              {line.via} <span className="codeassess-Hint">{line.address}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ObjectOf({ line }: { line: wire.AuditLineOut }): React.JSX.Element {
  if (line.session_id) {
    const tab = line.object === 'report' ? 'report' : 'timeline';
    return (
      <>
        {line.object} <a href={addressOf({ name: 'session', id: line.session_id, tab })}>{line.session_id}</a>
      </>
    );
  }
  return (
    <>
      {line.object} {line.object_id}
    </>
  );
}

function outcomeInWords(line: wire.AuditLineOut, trans: TranslationBundle): string {
  return line.outcome === 'done' ? trans.__('done') : trans.__('refused: %1', line.outcome.replaceAll('_', ' '));
}

function detailInWords(detail: wire.AuditLineOut['detail']): string {
  const parts = Object.entries(detail).map(([name, value]) => `${name}: ${String(value)}`);
  return parts.join(', ');
}
