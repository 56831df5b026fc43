import React, { useEffect, useState } from 'react';

import type { ClientSession } from '../connection/clientSession';
import type { IView } from './view';
import { keepingInWords, keepingOf, problemInWords, timeInWords } from './words';

const TICK = 10_000;

/** Whether everything is saved, and the time. */
export function Header({ model, trans }: IView): React.JSX.Element | null {
  const { clientSession, session } = model;
  if (clientSession === null || session === null) {
    return null;
  }
  return (
    <header className="jp-codeassess-Header">
      <span
        className="jp-codeassess-Keeping"
        data-keeping={keepingOf(clientSession, model.recorder)}
        role="status"
        aria-live="polite"
      >
        {keepingInWords(clientSession, model.recorder, trans)}
      </span>
      {model.stage === 'live' && <Clock model={model} trans={trans} />}
      <WayOut clientSession={clientSession} trans={trans} />
    </header>
  );
}

function Clock({ model, trans }: Pick<IView, 'model' | 'trans'>): React.JSX.Element {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick(n => n + 1), TICK);
    return () => clearInterval(timer);
  }, []);
  const begun = Date.parse(model.session?.created_at ?? '');
  const elapsed = (Date.now() + model.clockOffset - begun) / 1000;
  return (
    <span className="jp-codeassess-Clock" role="timer" aria-label={trans.__('Time')}>
      {timeInWords(elapsed, model.session?.assessment?.time_limit ?? null, trans)}
    </span>
  );
}

interface IConnection {
  clientSession: ClientSession;
  trans: IView['trans'];
}

/** Why the server did not let this page in. */
function Problem({ clientSession, trans }: IConnection): React.JSX.Element {
  return <p className="jp-codeassess-Problem">{problemInWords(clientSession.socket.reason, trans)}</p>;
}

/** What the candidate can do when the connection does not come back automatically. */
function WayOut({ clientSession, trans }: IConnection): React.JSX.Element | null {
  switch (clientSession.keeping) {
    case 'elsewhere':
      return (
        <button type="button" className="jp-mod-styled jp-mod-accept" onClick={() => void clientSession.takeOver()}>
          {trans.__('Write here instead')}
        </button>
      );
    case 'offline':
      return (
        <>
          <button type="button" className="jp-codeassess-Link" onClick={() => clientSession.socket.connect()}>
            {trans.__('Try now')}
          </button>
          {clientSession.socket.reason && <Problem clientSession={clientSession} trans={trans} />}
        </>
      );
    case 'refused':
      return <Problem clientSession={clientSession} trans={trans} />;
    default:
      return null;
  }
}
