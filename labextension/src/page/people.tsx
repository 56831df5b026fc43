import React, { useRef, useState } from 'react';

import { asApiError, type ApiError } from '../connection/api';
import { Trouble } from '../grader/trouble';
import { troubleInWords } from '../grader/words';
import type * as wire from '../wire';
import { useLoaded } from './loaded';
import type { IPageProps } from './page';

/** The roster: who can be invited. */
export function People({ api, trans }: IPageProps): React.JSX.Element {
  const { value, problem, again } = useLoaded(() => api.people(), api);
  if (problem) {
    return <Trouble problem={problem} trans={trans} onRetry={again} />;
  }
  if (value === null) {
    return <p className="codeassess-Loading">{trans.__('Loading …')}</p>;
  }
  return (
    <div className="codeassess-Text codeassess-Wide">
      <h1>{trans.__('People')}</h1>
      <Import api={api} trans={trans} onImported={again} />
      {value.length > 0 ? (
        <Roster people={value} trans={trans} />
      ) : (
        <p>{trans.__('There is nobody yet. Import a roster to invite people.')}</p>
      )}
    </div>
  );
}

function Import({ api, trans, onImported }: IPageProps & { onImported: () => void }): React.JSX.Element {
  const file = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [unreadable, setUnreadable] = useState(false);
  const [done, setDone] = useState<wire.RosterOut | null>(null);
  const add = async (): Promise<void> => {
    const chosen = file.current?.files?.[0];
    if (!chosen) {
      return;
    }
    setProblem(null);
    setDone(null);
    setUnreadable(false);
    try {
      const csv = await textOf(chosen);
      if (csv === null) {
        setUnreadable(true);
      } else {
        setDone(await api.addRoster(csv));
        onImported();
      }
    } catch (error) {
      setProblem(asApiError(error));
    }
    file.current!.value = ''; // the same file can be chosen again once it is mended
  };
  return (
    <section className="codeassess-Import">
      <label>
        {trans.__('Import a roster (CSV with id or email, and name, group, extra_time)')}{' '}
        <input type="file" ref={file} accept=".csv,text/csv,text/plain" onChange={() => void add()} />
      </label>
      {done && <p role="status">{trans.__('%1 new, %2 changed, %3 as before.', done.new, done.changed, done.same)}</p>}
      {unreadable && (
        <p role="alert">
          {trans.__('The roster is not in UTF-8: save it as “CSV UTF-8” in the spreadsheet. Nobody was stored.')}
        </p>
      )}
      {problem && (
        <p role="alert">
          {problem.status === 400 || problem.status === 413 ? problem.message : troubleInWords(problem, trans)}
        </p>
      )}
    </section>
  );
}

function Roster({ people, trans }: Pick<IPageProps, 'trans'> & { people: wire.PersonOut[] }): React.JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{trans.__('Id')}</th>
          <th scope="col">{trans.__('Name')}</th>
          <th scope="col">{trans.__('Email')}</th>
          <th scope="col">{trans.__('Group')}</th>
          <th scope="col">{trans.__('Extra time')}</th>
        </tr>
      </thead>
      <tbody>
        {people.map(person => (
          <tr key={person.person_id}>
            <th scope="row">{person.person_id}</th>
            <td data-label={trans.__('Name')}>{person.name}</td>
            <td data-label={trans.__('Email')}>{person.email}</td>
            <td data-label={trans.__('Group')}>{person.group}</td>
            <td data-label={trans.__('Extra time')}>{person.extra_time || '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The text of a roster as spreadsheets write it, in UTF-8 or UTF-16; null: it is in another encoding. */
export async function textOf(file: Blob): Promise<string | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const [first, second] = bytes;
  const marked = (first === 0xff && second === 0xfe && 'utf-16le') || (first === 0xfe && second === 0xff && 'utf-16be');
  try {
    return new TextDecoder(marked || 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
