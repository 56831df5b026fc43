import React, { useEffect, useState } from 'react';

import type { Sitting } from '../connection/sitting';
import type { IView } from './view';
import { keepingInWords, keepingOf, problemInWords, timeInWords } from './words';

const TICK = 10_000;

/** Is everything saved, and what time is it. */
export function Header({ model, trans }: IView): React.JSX.Element | null {
  const { sitting, session } = model;
  if (sitting === null || session === null) {
    return null;
  }
  return (
    <header className="jp-codeassess-Header">
      <span
        className="jp-codeassess-Keeping"
        data-keeping={keepingOf(sitting, model.recorder)}
        role="status"
        aria-live="polite"
      >
        {keepingInWords(sitting, model.recorder, trans)}
      </span>
      {model.stage === 'live' && <Clock model={model} trans={trans} />}
      <WayOut sitting={sitting} trans={trans} />
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

/** What the candidate can do where the connection does not come back by itself. */
function WayOut({ sitting, trans }: { sitting: Sitting; trans: IView['trans'] }): React.JSX.Element | null {
  switch (sitting.keeping) {
    case 'elsewhere':
      return (
        <button type="button" className="jp-mod-styled" onClick={() => void sitting.takeOver()}>
          {trans.__('Write here instead')}
        </button>
      );
    case 'offline':
      return (
        <button type="button" className="jp-codeassess-Link" onClick={() => sitting.socket.connect()}>
          {trans.__('Try now')}
        </button>
      );
    case 'refused':
      return <p className="jp-codeassess-Problem">{problemInWords(sitting.socket.reason, trans)}</p>;
    default:
      return null;
  }
}
