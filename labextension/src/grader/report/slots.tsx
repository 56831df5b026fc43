import React from 'react';

import { Coded } from '../../text';
import type * as wire from '../../wire';
import type { IQuestionProps } from './props';

/** What code checked: the answer in each slot, the right one, and its reason. */
export function Slots({ question, trans }: Pick<IQuestionProps, 'question' | 'trans'>): React.JSX.Element | null {
  const slots = question.slots ?? [];
  if (slots.length === 0) {
    return null;
  }
  return (
    <ul className="jp-codeassess-Slots" aria-label={trans.__('Checked by code')}>
      {slots.map(slot => (
        <li key={slot.id}>
          <span className="jp-codeassess-Verdict" data-verdict={verdictOf(slot)}>
            {rightInWords(slot, trans)}
          </span>
          <div>
            <p>
              <Coded text={slot.label} />
            </p>
            <p className="jp-codeassess-Stated">
              {slot.answer ? (
                <code>{slot.answer}</code>
              ) : (
                <span className="jp-codeassess-Quiet">{trans.__('Nothing was stated.')}</span>
              )}
            </p>
            <p className="jp-codeassess-Quiet">
              {trans.__('Accepted:')} <Accepted texts={slot.accepted} trans={trans} /> ({slot.found})
            </p>
            <Options slot={slot} trans={trans} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Accepted({ texts, trans }: { texts: readonly string[]; trans: IQuestionProps['trans'] }): React.JSX.Element {
  return (
    <>
      {texts.map((text, n) => (
        <React.Fragment key={text}>
          {n > 0 && ` ${trans.__('or')} `}
          <code>{text}</code>
        </React.Fragment>
      ))}
    </>
  );
}

/** Why each option of a choice is right or wrong. */
function Options({ slot, trans }: { slot: wire.SlotPart; trans: IQuestionProps['trans'] }): React.JSX.Element | null {
  const options = slot.options ?? [];
  return options.length === 0 ? null : (
    <details>
      <summary className="jp-codeassess-Quiet">{trans.__('All answers that were offered')}</summary>
      <ul>
        {options.map(({ text, reason }) => (
          <li key={text}>
            <Coded text={text} />
            {reason && (
              <span className="jp-codeassess-Quiet">
                : <Coded text={reason} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** An answer that cannot be parsed is open until a person decides. */
function verdictOf({ answer, right }: wire.SlotPart): string {
  return answer && right == null ? 'open' : right ? 'met' : 'not';
}

function rightInWords({ answer, right }: wire.SlotPart, trans: IQuestionProps['trans']): string {
  if (!answer) {
    return trans.__('Not stated');
  }
  if (right == null) {
    return trans.__('Open');
  }
  return right ? trans.__('Right') : trans.__('Wrong');
}
