import React, { useState } from 'react';

import type * as wire from '../wire';
import type { IView } from './view';
import { minutesInWords } from './words';

/** The first screen where this Jupyter passes everything on to a service: a code, or one of the own assessments. */
export function Join(view: IView): React.JSX.Element {
  const { model, trans } = view;
  const { invitations, service, byCode } = model.joining;
  return (
    <div className="jp-codeassess-Join">
      {byCode && <JoinForm {...view} onJoined={invitation => model.choose(invitation)} />}
      {invitations !== null && (
        <section aria-label={trans.__('My assessments')}>
          <h2>{trans.__('My assessments')}</h2>
          {invitations.length === 0 && <p>{trans.__('You are not invited to anything at the moment.')}</p>}
          <ul>
            {invitations.map(invitation => (
              <Invitation key={invitation.assessment_id} {...view} invitation={invitation} />
            ))}
          </ul>
        </section>
      )}
      {!byCode && <LookAgain {...view} />}
      <p className="jp-codeassess-Quiet">{trans.__('Everything is sent to %1.', service)}</p>
    </div>
  );
}

/** Where a JupyterHub says who the candidate is: what went wrong, and another look. */
function LookAgain({ model, trans }: IView): React.JSX.Element {
  const { busy, message } = model.joining;
  return (
    <>
      {message !== null && (
        <p className="jp-codeassess-Problem" role="alert">
          {message}
        </p>
      )}
      <button type="button" className="jp-mod-styled" disabled={busy} onClick={() => void model.joining.load()}>
        {trans.__('Look again')}
      </button>
    </>
  );
}

/** Asks for the code of an invitation, or its link. */
export function JoinForm({
  model,
  trans,
  onJoined
}: Pick<IView, 'model' | 'trans'> & {
  onJoined: (invitation: wire.OwnInvitation) => Promise<void>;
}): React.JSX.Element {
  const { busy, message, arrived } = model.joining;
  const [code, type] = useState(arrived);
  const join = async (): Promise<void> => {
    const invitation = await model.joining.join(code);
    if (invitation !== null) {
      type('');
      await onJoined(invitation);
    }
  };
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        void join();
      }}
    >
      <h2>{trans.__('Join with a code')}</h2>
      <label>
        <span>{trans.__('Code or link of your invitation')}</span>
        <input
          type="text"
          className="jp-mod-styled"
          value={code}
          placeholder="7K3M-9QRT-2XWB"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={message !== null}
          onChange={event => type(event.target.value)}
        />
      </label>
      {arrived !== '' && code === arrived && (
        <p>{trans.__('This code came with the link that you opened. Join only if it was in your own invitation.')}</p>
      )}
      {message !== null && (
        <p className="jp-codeassess-Problem" role="alert">
          {message}
        </p>
      )}
      <button type="submit" className="jp-mod-styled jp-mod-accept" disabled={busy || code.trim() === ''}>
        {trans.__('Join')}
      </button>
    </form>
  );
}

/** A link with a code was opened, and nobody can join here now. */
export function Arrived({ model, trans }: Pick<IView, 'model' | 'trans'>): React.JSX.Element | null {
  const asks = model.stage === 'opening' || model.stage === 'joining' || model.mustJoin;
  if (model.joining.arrived === '' || asks) {
    return null;
  }
  return (
    <p className="jp-codeassess-Problem" role="alert">
      {model.joining.service === ''
        ? trans.__(
            'The link that you opened has a code, but this JupyterLab is not connected to a service where it counts. Ask who invited you which JupyterLab to use.'
          )
        : trans.__(
            'This page was opened with a code, and you are in a session already: go on with it. For another assessment, finish or close this session first.'
          )}
    </p>
  );
}

/** One assessment: until when it may be begun, and the way into it. */
function Invitation({ model, trans, invitation }: IView & { invitation: wire.OwnInvitation }): React.JSX.Element {
  const { title, time_limit, state, begin_until, session_id } = invitation;
  const begun = session_id !== null;
  const over = state === 'expired' || state === 'revoked';
  return (
    <li>
      <h3>{title}</h3>
      {time_limit !== null && <p>{minutesInWords(time_limit, trans)}</p>}
      {!begun && !over && (
        <p>
          {trans.__(
            'Begin until %1.',
            new Date(begin_until).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
          )}
        </p>
      )}
      {over && <p>{trans.__('The time to begin is over.')}</p>}
      {!over && (
        <button
          type="button"
          className="jp-mod-styled"
          disabled={model.busy}
          onClick={() => void model.choose(invitation)}
        >
          {state === 'finished' ? trans.__('Look at it') : begun ? trans.__('Go on') : trans.__('Begin')}
        </button>
      )}
    </li>
  );
}
