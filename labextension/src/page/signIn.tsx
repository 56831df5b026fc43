import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useRef, useState } from 'react';

import { asApiError, type ApiError } from '../connection/api';
import { troubleInWords } from '../grader/words';
import type * as wire from '../wire';
import type { PageApi } from './api';
import { leave } from './hub';

interface ISignInProps {
  api: PageApi;
  trans: TranslationBundle;
  /** Somebody was signed in until now. */
  ended: boolean;
  onSignedIn: (me: wire.Me) => void;
}

export function SignIn({ api, trans, ended, onSignedIn }: ISignInProps): React.JSX.Element {
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const byHub = api.hub !== '';
  const atHub = (): void => {
    leave(window.location.hash);
    api.signInAtHub();
  };
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    const token = field.current!.value.trim();
    if (busy || token === '') {
      field.current!.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      onSignedIn(await api.signIn(token));
    } catch (error) {
      setProblem(asApiError(error));
      setBusy(false);
      field.current?.select();
    }
  };
  return (
    <main className="codeassess-SignIn">
      <form onSubmit={event => void submit(event)}>
        <h1>codeassess</h1>
        {ended && <p role="status">{trans.__('You are not signed in any more. Sign in to go on.')}</p>}
        {byHub && (
          <button type="button" className="jp-codeassess-Button" data-main="true" autoFocus onClick={atHub}>
            {trans.__('Sign in with JupyterHub')}
          </button>
        )}
        {byHub && <p className="codeassess-Or">{trans.__('or, without an account there:')}</p>}
        <label htmlFor="codeassess-token">{trans.__('Token or code')}</label>
        <input
          id="codeassess-token"
          ref={field}
          className="jp-codeassess-Field"
          type="password"
          autoComplete="current-password"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus={!byHub}
          maxLength={2000}
          placeholder={trans.__('ca_… or 7K3M-9QRT-2XWB')}
          aria-describedby="codeassess-hint"
          aria-invalid={problem !== null}
        />
        {problem && <p role="alert">{signInTroubleInWords(problem, trans)}</p>}
        <button type="submit" className="jp-codeassess-Button" data-main={!byHub} disabled={busy}>
          {busy ? trans.__('Signing in …') : trans.__('Sign in')}
        </button>
        <p id="codeassess-hint" className="codeassess-Hint">
          {trans.__(
            'Candidates have a code from their invitation. Everybody else has a token from whoever runs this server.'
          )}
        </p>
      </form>
    </main>
  );
}

interface INoRoleProps extends Pick<ISignInProps, 'api' | 'trans'> {
  problem: ApiError;
}

/** Somebody is known, and has no role here. */
export function NoRole({ api, trans, problem }: INoRoleProps): React.JSX.Element {
  const signOut = async (): Promise<void> => {
    await api.signOut().catch(() => undefined);
    const { sign_out_url } = problem.detail;
    window.location.assign(typeof sign_out_url === 'string' ? sign_out_url : api.settings.baseUrl);
  };
  return (
    <main className="codeassess-SignIn">
      <form onSubmit={event => event.preventDefault()}>
        <h1>codeassess</h1>
        <p role="alert">{problem.message}</p>
        <button type="button" className="jp-codeassess-Button" onClick={() => void signOut()}>
          {trans.__('Sign in as somebody else')}
        </button>
      </form>
    </main>
  );
}

/** What the server says of a sign-in is made to be read; only where it said nothing the words are ours. */
function signInTroubleInWords(problem: ApiError, trans: TranslationBundle): string {
  return problem.status >= 400 && problem.status < 500 && problem.code !== 'refused'
    ? problem.message
    : troubleInWords(problem, trans);
}
