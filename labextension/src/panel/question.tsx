import React, { useEffect, useState } from 'react';

import { excerptOf, nameOf, type IRegion } from '../watchers/excerpt';
import { AnswerForm } from './answer';
import type { IExchange } from './conversation';
import { Prose } from '../text';
import type { IView } from './view';
import { numberInWords, regionInWords } from './words';

/** The open question, with the lines it is about and a box for the answer. */
export function OpenQuestion(props: IView & { exchange: IExchange }): React.JSX.Element {
  const { exchange, model, trans } = props;
  return (
    <section className="jp-codeassess-Question" aria-label={trans.__('Question')}>
      <h3>{numberInWords(model.conversation.indexOf(exchange) + 1, model.outline, trans)}</h3>
      <AskedLines {...props} />
      <Prose text={exchange.question} />
      <AnswerForm key={exchange.id} {...props} />
    </section>
  );
}

/** A link to the lines that a question is about, and the lines as they were. */
function AskedLines({ model, exchange, trans, reveal }: IView & { exchange: IExchange }): React.JSX.Element | null {
  const [region, setRegion] = useState<IRegion | null>(null);
  useEffect(() => void model.regions?.of(exchange).then(setRegion), [model.regions, exchange.id, exchange.region]);
  if (exchange.region === null) {
    return null;
  }
  const words = regionInWords(exchange.region.document, region && nameOf(region), trans);
  return (
    <>
      <button
        type="button"
        className="jp-codeassess-Link"
        title={trans.__('Show these lines in the document')}
        disabled={region === null}
        onClick={() => region && void reveal(region)}
      >
        {words}
      </button>
      {region && <Excerpt region={region} />}
    </>
  );
}

/** The lines with the numbers that the question uses: those of the file, or of the cell. */
function Excerpt({ region }: { region: IRegion }): React.JSX.Element {
  return (
    <pre className="jp-codeassess-Excerpt" tabIndex={0}>
      {excerptOf(region).map(({ number, text, asked }) => (
        <span key={number} data-number={number} data-asked={asked}>
          {text || ' '}
        </span>
      ))}
    </pre>
  );
}
