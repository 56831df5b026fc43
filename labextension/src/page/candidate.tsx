import React from 'react';

import { dateInWords, statusInWords } from '../grader/words';
import { Trouble } from '../grader/trouble';
import { Written } from '../text';
import type * as wire from '../wire';
import { useLoaded } from './loaded';
import { OpenVsCode } from './openVsCode';
import type { IPageProps } from './page';
import { addressOf } from './routes';

/** How many sessions are asked one by one whether their report may be read. */
const ASKED = 20;

/** The states of invitations that can still be taken up. */
const OPEN: ReadonlySet<wire.InvitationState> = new Set(['invited', 'opened', 'joined']);

/** What a candidate sees: their own sessions, and how to go on; `lab`: their own JupyterLab, of a JupyterHub. */
export function OwnSessions({ api, trans, lab }: IPageProps & { lab?: string }): React.JSX.Element {
  const { value, problem, again } = useLoaded(async () => {
    const [sessions, invitations] = await Promise.all([api.ownSessions(), api.ownInvitations()]);
    const whole = sessions.map((session, n) => (n < ASKED ? api.session(session.session_id) : session));
    return { sessions: await Promise.all(whole), invitations };
  }, api);
  if (problem) {
    return <Trouble problem={problem} trans={trans} onRetry={again} />;
  }
  if (value === null) {
    return <p className="codeassess-Loading">{trans.__('Loading …')}</p>;
  }
  const { sessions, invitations } = value;
  return (
    <div className="codeassess-Text">
      <Invited invitations={invitations.filter(item => OPEN.has(item.state))} trans={trans} />
      <h1>{trans.__('My sessions')}</h1>
      {sessions.length === 0 && <p>{trans.__('You have not begun a session yet.')}</p>}
      <ul className="codeassess-Sessions">
        {sessions.map(session => (
          <OwnSession key={session.session_id} session={session} api={api} trans={trans} />
        ))}
      </ul>
      <HowToGoOn invited={invitations.length > 0} api={api} trans={trans} lab={lab} />
    </div>
  );
}

type IInvitedProps = Pick<IPageProps, 'trans'> & { invitations: wire.OwnInvitation[] };

function Invited({ invitations, trans }: IInvitedProps): React.JSX.Element | null {
  if (invitations.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="codeassess-invited">
      <h1 id="codeassess-invited">{trans.__('You are invited to')}</h1>
      <ul className="codeassess-Sessions">
        {invitations.map(item => (
          <li key={item.assessment_id}>
            <h2>{item.title}</h2>
            <p>
              {trans.__('Begin before %1.', dateInWords(Date.parse(item.begin_until)))}{' '}
              {item.time_limit && trans.__('You have %1 minutes.', Math.round(item.time_limit / 60))}
            </p>
            {item.consent_sha256 !== null && <AskedText text={item.consent_text} trans={trans} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What has to be agreed to in the editor before the session begins. */
export function AskedText({ text, trans }: Pick<IPageProps, 'trans'> & { text: string }): React.JSX.Element {
  return (
    <details>
      <summary>{trans.__('What you will be asked to agree to')}</summary>
      <Written text={text} />
      <p className="codeassess-Hint">
        {trans.__('Without your agreement the assessment does not begin, and nothing is recorded.')}
      </p>
    </details>
  );
}

function OwnSession({ session, api, trans }: IPageProps & { session: wire.SessionOut }): React.JSX.Element {
  const title = session.assessment?.title ?? session.title ?? trans.__('Open session');
  return (
    <li>
      <h2>{title}</h2>
      <p>
        <span className="jp-codeassess-State" data-status={session.status}>
          {statusInWords(session.status, trans)}
        </span>{' '}
        · {trans.__('begun %1', dateInWords(Date.parse(session.created_at)))}
        {session.ended_at && <> · {trans.__('ended %1', dateInWords(Date.parse(session.ended_at)))}</>}
      </p>
      <p>
        {session.status === 'ended' ? (
          <ReportLink session={session} address={api.reportUrl(session.session_id)} trans={trans} />
        ) : (
          trans.__('Go on in your editor, as described below.')
        )}{' '}
        <a href={addressOf({ name: 'session', id: session.session_id, tab: 'timeline' })}>
          {trans.__('Everything that is stored')}
        </a>
      </p>
    </li>
  );
}

interface IReportLinkProps extends Pick<IPageProps, 'trans'> {
  session: wire.SessionOut;
  address: string;
}

function ReportLink({ session, address, trans }: IReportLinkProps): React.JSX.Element {
  return session.assessment?.show_report ? (
    <a href={address} target="_blank" rel="noreferrer">
      {trans.__('Read the report')}
    </a>
  ) : (
    <>{trans.__('The report is for your graders.')}</>
  );
}

/** `invited`: with a code, not with a token. `lab`: their own JupyterLab, on a Hub. */
function HowToGoOn({ api, trans, invited, lab }: IPageProps & { invited: boolean; lab?: string }): React.JSX.Element {
  if (lab !== undefined) {
    return <InOwnLab lab={lab} trans={trans} />;
  }
  const server = api.settings.baseUrl;
  return (
    <section aria-labelledby="codeassess-how">
      <h2 id="codeassess-how">{trans.__('How to begin, or to go on')}</h2>
      <dl>
        <dt>{trans.__('In JupyterLab')}</dt>
        <dd>{trans.__('Open the launcher and choose Code assessment. It goes on where you left it.')}</dd>
        <dt>{trans.__('In VS Code')}</dt>
        <dd>
          {invited && <OpenVsCode server={server} trans={trans} handOver={() => api.handOver()} />}
          {invited
            ? trans.__('Or run the command “CodeAssess: Join” with the code of your invitation, and this server:')
            : trans.__(
                'Run the command “CodeAssess: Start or Join a Session”. It asks for your token and this server:'
              )}{' '}
          <code>{server}</code>
        </dd>
      </dl>
      <p>{trans.__('You write code there, not on this page. What you typed is kept if you close the editor.')}</p>
    </section>
  );
}

/** For people of a JupyterHub there is one way, a click away. */
function InOwnLab({ lab, trans }: Pick<IPageProps, 'trans'> & { lab: string }): React.JSX.Element {
  return (
    <section aria-labelledby="codeassess-how">
      <h2 id="codeassess-how">{trans.__('How to begin, or to go on')}</h2>
      <p>
        <a className="jp-codeassess-Button" data-main="true" href={lab}>
          {trans.__('Open my JupyterLab')}
        </a>
      </p>
      <p>{trans.__('There, open the launcher and choose Code assessment. It goes on where you left it.')}</p>
      <p>{trans.__('You write code there, not on this page. What you typed is kept if you close it.')}</p>
    </section>
  );
}
