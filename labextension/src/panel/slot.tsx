import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect } from 'react';

import { Coded } from '../text';
import { MAX_SLOT_CHARACTERS, type SlotKind, type WireSlot } from '../wire';
import { useDraft } from './answer';
import type { Memory } from './memory';

interface ISlotFieldProps {
  slot: WireSlot;
  trans: TranslationBundle;
  memory: Memory;
  /** Where what was begun is kept. */
  draft: string;
  put: (slot: string, value: string) => void;
}

/** The field of one slot: a line of text, or one of several answers. */
export function SlotField({ slot, trans, memory, draft, put }: ISlotFieldProps): React.JSX.Element {
  const [value, setValue] = useDraft(memory, draft);
  useEffect(() => put(slot.id, value), [slot.id, value]);
  return slot.kind === 'choice' ? (
    <Choice slot={slot} name={draft} value={value} choose={setValue} />
  ) : (
    <label className="jp-codeassess-Slot">
      <span>
        <Coded text={slot.label} />
      </span>
      <input
        type="text"
        name={draft}
        value={value}
        maxLength={MAX_SLOT_CHARACTERS}
        placeholder={exampleOf(slot.kind, trans)}
        autoComplete="off"
        spellCheck={false}
        onChange={event => setValue(event.target.value)}
      />
    </label>
  );
}

interface IChoiceProps {
  slot: WireSlot;
  name: string;
  value: string;
  choose: (value: string) => void;
}

function Choice({ slot, name, value, choose }: IChoiceProps): React.JSX.Element {
  return (
    <fieldset className="jp-codeassess-Slot">
      <legend>
        <Coded text={slot.label} />
      </legend>
      {(slot.options ?? []).map(option => (
        <label key={option} className="jp-codeassess-Choice">
          <input type="radio" name={name} checked={value === option} onChange={() => choose(option)} />
          <span>
            <Coded text={option} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** What an answer may look like. */
function exampleOf(kind: SlotKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'value':
      return trans.__("for example 3, 'ab' or [1, 2]");
    case 'exception':
      return trans.__('for example KeyError');
    case 'lines':
      return trans.__('for example 3, 5-7');
    case 'choice':
      return '';
  }
}
