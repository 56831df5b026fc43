import React from 'react';

import type { IExchange } from './conversation';
import { Markdown } from './markdown';
import type { IView } from './view';

interface IExchangesProps extends IView {
  exchanges: readonly IExchange[];
  title: string;
}

/** What was asked and answered, the newest first. */
export function Exchanges(props: IExchangesProps): React.JSX.Element | null {
  const { exchanges, title } = props;
  if (exchanges.length === 0) {
    return null;
  }
  return (
    <section className="jp-codeassess-Exchanges" aria-label={title}>
      <h3>{title}</h3>
      <ol>
        {[...exchanges].reverse().map(exchange => (
          <li key={exchange.id}>
            <Exchange {...props} exchange={exchange} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Exchange({ exchange, rendermime, trans }: IView & { exchange: IExchange }): React.JSX.Element {
  return (
    <article className="jp-codeassess-Exchange">
      <Markdown text={exchange.question} rendermime={rendermime} />
      {exchange.answer !== null && (
        <div className="jp-codeassess-Answer">
          <span className="jp-codeassess-Who">{trans.__('You')}</span>
          <Markdown text={exchange.answer} rendermime={rendermime} />
        </div>
      )}
      <Outcome exchange={exchange} rendermime={rendermime} trans={trans} />
    </article>
  );
}

function Outcome(props: Pick<IView, 'rendermime' | 'trans'> & { exchange: IExchange }): React.JSX.Element | null {
  const { exchange, rendermime, trans } = props;
  switch (exchange.state) {
    case 'sent':
      return <p className="jp-codeassess-Quiet jp-codeassess-Thinking">{trans.__('The examiner reads your answer …')}</p>;
    case 'failed':
      return <p className="jp-codeassess-Quiet">{trans.__('Your answer is stored. A person will evaluate it.')}</p>;
    case 'deferred':
      return <p className="jp-codeassess-Quiet">{trans.__('You said "not now".')}</p>;
    case 'closed':
      return <p className="jp-codeassess-Quiet">{trans.__('Not answered.')}</p>;
    case 'evaluated':
      return (
        <div className="jp-codeassess-Evaluation">
          {exchange.score !== null && <Score score={exchange.score} trans={trans} />}
          {exchange.evaluation !== null && <Markdown text={exchange.evaluation} rendermime={rendermime} />}
          {exchange.needsReview && (
            <p className="jp-codeassess-Quiet">{trans.__('Provisional: a person will look at this one.')}</p>
          )}
        </div>
      );
    case 'open':
      return null;
  }
}

function Score({ score, trans }: { score: number; trans: IView['trans'] }): React.JSX.Element {
  return <span className="jp-codeassess-Score">{trans.__('%1 of 10', Math.round(score * 10) / 10)}</span>;
}
