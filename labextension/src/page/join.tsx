import React, { useEffect, useState } from 'react';

import { asApiError, type ApiError } from '../connection/api';
import { dateInWords, troubleInWords } from '../grader/words';
import type * as wire from '../wire';
import { AskedText } from './candidate';
import { labLink } from './links';
import { OpenVsCode } from './openVsCode';
import type { IPageProps } from './page';
import { become, go } from './routes';

interface IJoinProps extends IPageProps {
  /** As the link has it; empty once it has been taken out of the address. */
  code: string;
  onSignedIn: (me: wire.Me) => void;
}

/** What the link of an invitation opens: to what it invites, and the ways on. */
export function Join({ api, trans, code, onSignedIn }: IJoinProps): React.JSX.Element {
  const [kept] = useState(code);
  const [invited, setInvited] = useState<wire.InvitedTo | null>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);
  useEffect(() => {
    become({ name: 'join', code: '' }); // the address is in the history of the browser, and on the screen
    api.look(kept).then(setInvited, error => setProblem(asApiError(error)));
  }, []);
  const handOver = async (): Promise<wire.HandOverOut> => {
    onSignedIn(await api.signIn(kept));
    return api.handOver();
  };
  const enter = async (): Promise<void> => {
    setProblem(null);
    try {
      onSignedIn(await api.signIn(kept));
      go({ name: 'home' });
    } catch (error) {
      setProblem(asApiError(error));
    }
  };
  return (
    <main className="codeassess-Join codeassess-Text" id="main">
      <h1>{invited ? trans.__('%1, you are invited to “%2”', invited.name, invited.title) : 'codeassess'}</h1>
      {problem && <p role="alert">{problem.status === 403 ? problem.message : troubleInWords(problem, trans)}</p>}
      {!invited && !problem && <p>{trans.__('Loading …')}</p>}
      {invited?.consent_sha256 && <AskedText text={invited.consent_text} trans={trans} />}
      {invited && (
        <Ways code={kept} invited={invited} api={api} trans={trans} handOver={handOver} onEnter={() => void enter()} />
      )}
    </main>
  );
}

interface IWaysProps extends IPageProps {
  code: string;
  invited: wire.InvitedTo;
  handOver: () => Promise<wire.HandOverOut>;
  onEnter: () => void;
}

function Ways({ code, invited, api, trans, handOver, onEnter }: IWaysProps): React.JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(code);
    setCopied(true);
  };
  return (
    <>
      <p>
        {trans.__(
          'Begin before %1. You write code in your own editor; this is your code for it:',
          dateInWords(Date.parse(invited.begin_until))
        )}
      </p>
      <p className="codeassess-Code">
        <code>{code}</code>
        {navigator.clipboard && (
          <button type="button" className="jp-codeassess-Button" onClick={() => void copy()}>
            {copied ? trans.__('Copied') : trans.__('Copy')}
          </button>
        )}
      </p>
      <dl>
        <dt>{trans.__('In JupyterLab')}</dt>
        <dd>
          {invited.lab_url !== null && (
            <p>
              <a className="jp-codeassess-Button" href={labLink(invited.lab_url, code)} rel="noreferrer">
                {trans.__('Open JupyterLab')}
              </a>
            </p>
          )}
          {invited.lab_url !== null
            ? trans.__('The code is filled in there; press Join. Or do it by hand:')
            : trans.__('Do this in your JupyterLab:')}{' '}
          {trans.__('open the launcher, choose Code assessment, then Join with a code, and paste it.')}
        </dd>
        <dt>{trans.__('In VS Code')}</dt>
        <dd>
          <OpenVsCode server={api.settings.baseUrl} trans={trans} handOver={handOver} />
          {trans.__('Or run the command “CodeAssess: Join” there, and paste this link:')} <code>{linkOf(code)}</code>
        </dd>
        <dt>{trans.__('In Neovim, Emacs or another editor with a language server')}</dt>
        <dd>
          {trans.__('Run this in a terminal, then start a session in the editor:')}{' '}
          <code>codeassess join '{linkOf(code)}'</code>
        </dd>
      </dl>
      <p>
        <button type="button" className="jp-codeassess-Button" data-main="true" onClick={onEnter}>
          {trans.__('See my sessions and reports here')}
        </button>
      </p>
      <p className="codeassess-Hint">{trans.__('The code is yours alone: whoever has it writes in your name.')}</p>
    </>
  );
}

/** The link that this page was opened with: it also names the server. */
function linkOf(code: string): string {
  return `${window.location.href.split('#')[0]}#/join/${code}`;
}
