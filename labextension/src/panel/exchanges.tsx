import React from 'react';

import type { IExchange } from './conversation';
import { Contest } from '../contest';
import { Coded, Prose, Written } from '../text';
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

function Exchange({ exchange, model, trans }: IView & { exchange: IExchange }): React.JSX.Element {
  return (
    <article className="jp-codeassess-Exchange">
      <Prose text={exchange.question} />
      {exchange.answer !== null && (
        <div className="jp-codeassess-Answer">
          <span className="jp-codeassess-Who">{trans.__('You')}</span>
          <Given exchange={exchange} />
          {exchange.answer !== '' && <Written text={exchange.answer} />}
        </div>
      )}
      <Outcome exchange={exchange} trans={trans} />
      {model.stage === 'ended' && exchange.state === 'evaluated' && (
        <Contest contesting={model.contesting} question={exchange.id} name={exchange.question} trans={trans} />
      )}
    </article>
  );
}

function Outcome(props: Pick<IView, 'trans'> & { exchange: IExchange }): React.JSX.Element | null {
  const { exchange, trans } = props;
  switch (exchange.state) {
    case 'sent':
      return (
        <p className="jp-codeassess-Quiet jp-codeassess-Thinking">{trans.__('The examiner reads your answer …')}</p>
      );
    case 'failed':
      return <p className="jp-codeassess-Quiet">{trans.__('Your answer is stored. A person will evaluate it.')}</p>;
    case 'deferred':
      return <p className="jp-codeassess-Quiet">{trans.__('You skipped this question.')}</p>;
    case 'closed':
      return <p className="jp-codeassess-Quiet">{trans.__('Not answered.')}</p>;
    case 'evaluated':
      return (
        <div className="jp-codeassess-Evaluation">
          {exchange.score !== null && (
            <span className="jp-codeassess-Score">{exchange.scoreText ?? scoreInWords(exchange.score, trans)}</span>
          )}
          {exchange.evaluation !== null && <Prose text={exchange.evaluation} />}
          {exchange.needsReview && exchange.scoreText === null && (
            <p className="jp-codeassess-Quiet">{trans.__('Provisional: a person will look at this one.')}</p>
          )}
        </div>
      );
    case 'open':
      return null;
  }
}

function scoreInWords(score: number, trans: IView['trans']): string {
  return trans.__('%1 of 10', Math.round(score * 10) / 10);
}

/** What was put into the slots. */
function Given({ exchange: { slots, given } }: { exchange: IExchange }): React.JSX.Element {
  return (
    <>
      {slots
        .filter(({ id }) => given[id])
        .map(({ id, label }) => (
          <div key={id} className="jp-codeassess-Given">
            <span className="jp-codeassess-Quiet">
              <Coded text={label} />
            </span>
            <Written text={given[id]} />
          </div>
        ))}
    </>
  );
}
