import React, { useEffect, useRef, useState } from 'react';

import { MAX_RESPONSE_CHARACTERS } from '../wire';
import type { IExchange } from './conversation';
import { Memory } from './memory';
import { SlotField } from './slot';
import { isEmpty } from './slots';
import type { IView } from './view';
import { pauseInWords } from './words';

/** How long (ms) after the last key a draft is stored. */
const DRAFT_AFTER = 300;

/** The fields of the slots, a box for the text, and the button that skips the question. */
export function AnswerForm({ model, exchange, trans }: IView & { exchange: IExchange }): React.JSX.Element {
  const { id, slots } = exchange;
  const [text, setText] = useDraft(model.memory, id);
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const form = useRef<HTMLFormElement>(null);
  const answer = { text, given };
  const put = (slot: string, value: string): void => setGiven(known => ({ ...known, [slot]: value }));
  const onSubmit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (!isEmpty(answer)) {
      void model.answer(exchange, answer);
    }
  };
  return (
    <form ref={form} onSubmit={onSubmit} onKeyDown={event => onKeyDown(event, form.current)}>
      {slots.map(slot => (
        <SlotField
          key={slot.id}
          slot={slot}
          trans={trans}
          draft={Memory.slotDraft(id, slot.id)}
          put={put}
          memory={model.memory}
        />
      ))}
      <label>
        <span>{slots.length > 0 ? trans.__('Why?') : trans.__('Your answer')}</span>
        <textarea
          rows={5}
          value={text}
          placeholder={trans.__('In your own words; a sentence or two will do.')}
          aria-describedby={`codeassess-hint-${id}`}
          maxLength={MAX_RESPONSE_CHARACTERS}
          spellCheck={false}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          onChange={event => setText(event.target.value)}
        />
      </label>
      <div className="jp-codeassess-Buttons">
        <button
          type="submit"
          className="jp-mod-styled jp-mod-accept"
          disabled={isEmpty(answer)}
          title={trans.__('Ctrl+Enter or ⌘ Enter')}
        >
          {trans.__('Send')}
        </button>
        <button type="button" className="jp-mod-styled" onClick={() => void model.defer(id)}>
          {trans.__('Skip')}
        </button>
      </div>
      <p id={`codeassess-hint-${id}`} className="jp-codeassess-Quiet">
        {pauseInWords(model.outline, model.closing !== null, trans)}
      </p>
    </form>
  );
}

/** Ctrl+Enter sends. Enter alone goes from a field to the next: an answer is sent on purpose. */
function onKeyDown(event: React.KeyboardEvent, form: HTMLFormElement | null): void {
  if (event.key !== 'Enter') {
    return;
  }
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    event.stopPropagation();
    form?.requestSubmit();
  } else if (event.target instanceof HTMLInputElement) {
    event.preventDefault();
    const { name } = event.target; // the choices of one slot share it
    const fields = [...(form?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea') ?? [])];
    fields.slice(fields.findLastIndex(field => field.name === name) + 1)[0]?.focus();
  }
}

/** A text that survives a reload. */
export function useDraft(memory: Memory, id: string): [string, (text: string) => void] {
  const [text, setText] = useState('');
  useEffect(() => void memory.draft(id).then(draft => setText(now => now || draft)), [memory, id]);
  useEffect(() => {
    const timer = text ? setTimeout(() => void memory.keepDraft(id, text), DRAFT_AFTER) : undefined;
    return () => clearTimeout(timer);
  }, [memory, id, text]);
  const change = (value: string): void => {
    setText(value);
    if (!value) {
      void memory.keepDraft(id, '');
    }
  };
  return [text, change];
}
