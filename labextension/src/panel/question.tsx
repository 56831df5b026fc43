import React, { useEffect, useRef, useState } from 'react';

import { excerptOf, nameOf, type IPlace } from '../watchers/excerpt';
import { MAX_RESPONSE_CHARACTERS } from '../wire';
import type { IExchange } from './conversation';
import { keepFocus } from './focus';
import { Markdown } from './markdown';
import type { IView } from './view';
import { numberInWords, pauseInWords, placeInWords } from './words';

/** How long (ms) after the last key a draft is stored. */
const DRAFT_AFTER = 300;

/** The open question, with the lines it is about and a box for the answer. */
export function OpenQuestion(props: IView & { exchange: IExchange }): React.JSX.Element {
  const { exchange, model, rendermime, trans } = props;
  return (
    <section className="jp-codeassess-Question" aria-label={trans.__('Question')}>
      <h3>{numberInWords(model.conversation.indexOf(exchange) + 1, model.outline, trans)}</h3>
      <AskedLines {...props} />
      <Markdown text={exchange.question} rendermime={rendermime} />
      <AnswerForm key={exchange.id} {...props} />
    </section>
  );
}

/** A link to the lines that a question is about, and the lines as they were. */
function AskedLines({ model, exchange, trans, reveal }: IView & { exchange: IExchange }): React.JSX.Element | null {
  const [place, setPlace] = useState<IPlace | null>(null);
  useEffect(() => void model.place(exchange).then(setPlace), [model, exchange.id]);
  if (exchange.place === null) {
    return null;
  }
  const words = placeInWords(exchange.place.document, place && nameOf(place), trans);
  return (
    <>
      <button
        type="button"
        className="jp-codeassess-Link"
        title={trans.__('Show these lines in the document')}
        disabled={place === null}
        onClick={() => place && void reveal(place)}
      >
        {words}
      </button>
      {place && <Excerpt place={place} />}
    </>
  );
}

/** The lines with the numbers that the question uses: those of the file, or of the cell. */
function Excerpt({ place }: { place: IPlace }): React.JSX.Element {
  return (
    <pre className="jp-codeassess-Excerpt" tabIndex={0}>
      {excerptOf(place).map(({ number, text, asked }) => (
        <span key={number} data-number={number} data-asked={asked}>
          {text || ' '}
        </span>
      ))}
    </pre>
  );
}

function AnswerForm({ model, exchange, trans }: IView & { exchange: IExchange }): React.JSX.Element {
  const [text, setText] = useDraft(model, exchange.id);
  const form = useRef<HTMLFormElement>(null);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      form.current?.requestSubmit();
    }
  };
  const onSubmit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (text.trim()) {
      keepFocus(form.current);
      void model.answer(exchange.id, text);
    }
  };
  const onDefer = (): void => {
    keepFocus(form.current);
    void model.defer(exchange.id);
  };
  return (
    <form ref={form} onSubmit={onSubmit}>
      <label>
        <span>{trans.__('Your answer')}</span>
        <textarea
          rows={5}
          value={text}
          placeholder={trans.__('In your own words; a sentence or two will do.')}
          aria-describedby={`codeassess-hint-${exchange.id}`}
          maxLength={MAX_RESPONSE_CHARACTERS}
          spellCheck={false}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          onChange={event => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <div className="jp-codeassess-Buttons">
        <button
          type="submit"
          className="jp-mod-styled jp-mod-accept"
          disabled={!text.trim()}
          title={trans.__('Ctrl+Enter or ⌘ Enter')}
        >
          {trans.__('Send')}
        </button>
        <button type="button" className="jp-mod-styled" onClick={onDefer}>
          {trans.__('Not now')}
        </button>
      </div>
      <p id={`codeassess-hint-${exchange.id}`} className="jp-codeassess-Quiet">
        {trans.__('"Not now": %1', pauseInWords(model.outline, trans))}
      </p>
    </form>
  );
}

/** The text of an answer box that outlives a reload. */
function useDraft(model: IView['model'], id: string): [string, (text: string) => void] {
  const [text, setText] = useState('');
  useEffect(() => void model.draft(id).then(draft => setText(now => now || draft)), [model, id]);
  useEffect(() => {
    const timer = text ? setTimeout(() => model.keepDraft(id, text), DRAFT_AFTER) : undefined;
    return () => clearTimeout(timer);
  }, [model, id, text]);
  const change = (value: string): void => {
    setText(value);
    if (!value) {
      model.keepDraft(id, '');
    }
  };
  return [text, change];
}
