import React from 'react';

import { Contest } from '../../contest';
import { download } from '../../grader/download';
import { useSignal } from '../../grader/signals';
import { Trouble } from '../../grader/trouble';
import { dateInWords, recordedInWords, statusInWords, troubleInWords } from '../../grader/words';
import { asApiError, type ApiError } from '../../connection/api';
import { Contesting } from '../../panel/contesting';
import { Coded, Prose, Written } from '../../text';
import type * as wire from '../../wire';
import type { PageApi } from '../api';
import { useLoaded } from '../loaded';
import type { IPageProps } from '../page';
import { Code } from './code';
import { agreementsOf, answersOf, type IAnswered } from './told';
import { entryInWords } from './words';

type IRecordProps = IPageProps & { id: string };

interface IRecord {
  session: wire.SessionOut;
  told: readonly wire.InteractionOut[];
  snapshots: readonly wire.SnapshotInfoOut[];
  contesting: Contesting;
}

/** Everything that is stored of one session of the candidate, as far as they may know it. */
export function OwnRecord({ api, trans, id }: IRecordProps): React.JSX.Element {
  const { value, problem, again } = useLoaded(() => load(api, id), id);
  if (problem) {
    return <Trouble problem={problem} trans={trans} onRetry={again} />;
  }
  if (value === null) {
    return <p className="codeassess-Loading">{trans.__('Loading …')}</p>;
  }
  return <Stored {...{ api, trans, id }} record={value} />;
}

async function load(api: PageApi, id: string): Promise<IRecord> {
  const contesting = new Contesting(api);
  const session = await api.session(id); // whether it is theirs at all
  const [told, snapshots] = await Promise.all([api.everything(id), api.snapshots(id), contesting.load(id)]);
  return { session, told, snapshots, contesting };
}

function Stored({ api, trans, id, record }: IRecordProps & { record: IRecord }): React.JSX.Element {
  const { session, told, snapshots, contesting } = record;
  useSignal(contesting.changed);
  return (
    <div className="codeassess-Text codeassess-Own">
      <p>
        <a href="#/">{trans.__('My sessions')}</a>
      </p>
      <h1>{session.title ?? trans.__('Open session')}</h1>
      <p>{factsInWords(session, trans)}</p>
      <Agreements told={told} trans={trans} />
      <Answers {...{ session, told, contesting, trans }} />
      <Code api={api} id={id} snapshots={snapshots} trans={trans} />
      <Entries told={told} session={session} trans={trans} />
      <Keep {...{ api, session, trans }} />
    </div>
  );
}

function factsInWords(session: wire.SessionOut, trans: IPageProps['trans']): string {
  const facts = [
    statusInWords(session.status, trans),
    trans.__('begun %1', dateInWords(Date.parse(session.created_at))),
    recordedInWords(session.mode, trans)
  ];
  if (session.ended_at) {
    facts.splice(2, 0, trans.__('ended %1', dateInWords(Date.parse(session.ended_at))));
  }
  return facts.join(' · ');
}

type IToldProps = Pick<IPageProps, 'trans'> & { told: readonly wire.InteractionOut[] };

function Agreements({ told, trans }: IToldProps): React.JSX.Element {
  const agreed = agreementsOf(told);
  return (
    <section aria-labelledby="own-agreed">
      <h2 id="own-agreed">{trans.__('What you agreed to')}</h2>
      {agreed.length === 0 && <p>{trans.__('No agreement is recorded.')}</p>}
      {agreed.map(({ at, text, version }) => (
        <details key={at}>
          <summary>
            {version === null
              ? trans.__('Being recorded: %1', dateInWords(Date.parse(at)))
              : trans.__('The text of the assessment, version %1: %2', version, dateInWords(Date.parse(at)))}
          </summary>
          <Written text={text} />
        </details>
      ))}
    </section>
  );
}

type IAnswersProps = IToldProps & { session: wire.SessionOut; contesting: Contesting };

function Answers({ session, told, contesting, trans }: IAnswersProps): React.JSX.Element {
  const answered = answersOf(told);
  const { until } = contesting.contests ?? { until: null };
  return (
    <section aria-labelledby="own-answers">
      <h2 id="own-answers">{trans.__('Questions, answers and scores')}</h2>
      {answered.length === 0 && <p>{trans.__('No question was asked.')}</p>}
      {contesting.open && until !== null && answered.some(({ score }) => score !== null) && (
        <p>
          {trans.__('You may contest each score once, until %1. A person decides.', dateInWords(Date.parse(until)))}
        </p>
      )}
      {answered.map((answer, index) => (
        <Answered key={answer.id} {...{ session, contesting, trans, answer }} number={index + 1} />
      ))}
    </section>
  );
}

type IAnsweredProps = Omit<IAnswersProps, 'told'> & { answer: IAnswered; number: number };

function Answered({ session, contesting, trans, answer, number }: IAnsweredProps): React.JSX.Element {
  const name = trans.__('Question %1', number);
  return (
    <article className="codeassess-Answered" aria-label={name}>
      <h3>{name}</h3>
      <Prose text={answer.question} />
      {answer.response === null ? (
        <p className="jp-codeassess-Quiet">{trans.__('You gave no answer.')}</p>
      ) : (
        <div className="codeassess-Said">
          {answer.given.map(([label, text]) => (
            <p key={label}>
              <span className="jp-codeassess-Quiet">
                <Coded text={label} />
              </span>{' '}
              <code>{text}</code>
            </p>
          ))}
          {answer.response !== '' && <Written text={answer.response} />}
        </div>
      )}
      {answer.score !== null && <p className="jp-codeassess-Score">{trans.__('Examiner: %1', answer.score)}</p>}
      {answer.evaluation !== null && <Prose text={answer.evaluation} />}
      {answer.failed && <p className="jp-codeassess-Quiet">{trans.__('A person will evaluate this answer.')}</p>}
      {answer.reviews.map(review => (
        <p key={review.at}>
          <strong>{trans.__('Reviewed: %1 of 10', review.score)}</strong>{' '}
          <span className="jp-codeassess-Quiet">
            {trans.__('%1, %2', review.reviewer, dateInWords(Date.parse(review.at)))}
            {review.byOwner && <> · {trans.__('reviewed by yourself: it does not count')}</>}
          </span>
        </p>
      ))}
      {session.status === 'ended' && answer.score !== null && (
        <Contest contesting={contesting} question={answer.id} name={name} trans={trans} />
      )}
    </article>
  );
}

function Entries({ told, session, trans }: IToldProps & { session: wire.SessionOut }): React.JSX.Element {
  const begun = Date.parse(session.created_at);
  return (
    <section aria-labelledby="own-entries">
      <h2 id="own-entries">{trans.__('Everything in order')}</h2>
      <details>
        <summary>{trans._n('%1 entry', '%1 entries', told.length)}</summary>
        <ol className="codeassess-Entries">
          {told.map(entry => (
            <li key={entry.seq}>
              <time dateTime={entry.created_at}>{entryTime(Date.parse(entry.created_at) - begun)}</time>{' '}
              {entryInWords(entry, trans)}
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}

/** Minutes and seconds since the beginning. */
function entryTime(elapsed: number): string {
  const seconds = Math.max(0, Math.floor(elapsed / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function Keep({ api, session, trans }: IPageProps & { session: wire.SessionOut }): React.JSX.Element {
  const [problem, setProblem] = React.useState<ApiError | null>(null);
  const id = session.session_id;
  const save = async (format: wire.ExportFormat): Promise<void> => {
    setProblem(null);
    try {
      download(await api.file(id, `export?format=${format}`));
    } catch (error) {
      setProblem(asApiError(error));
    }
  };
  return (
    <section aria-labelledby="own-keep">
      <h2 id="own-keep">{trans.__('Keep it, or have it erased')}</h2>
      <div className="jp-codeassess-Buttons">
        <button type="button" className="jp-codeassess-Button" data-main="true" onClick={() => void save('jsonl')}>
          {trans.__('Download everything (zip)')}
        </button>
        <button type="button" className="jp-codeassess-Button" onClick={() => void save('progsnap2')}>
          {trans.__('Download as ProgSnap2 (zip)')}
        </button>
        {session.status === 'ended' && session.assessment?.show_report && (
          <a href={api.reportUrl(id)} target="_blank" rel="noreferrer">
            {trans.__('Read the report')}
          </a>
        )}
      </div>
      {problem && <p role="alert">{troubleInWords(problem, trans)}</p>}
      <p>
        {trans.__('Only whoever runs this server can erase a session. Ask them, and name it:')} <code>{id}</code>
      </p>
    </section>
  );
}
