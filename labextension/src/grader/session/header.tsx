import React, { useEffect, useRef } from 'react';

import type * as wire from '../../wire';
import { Exports } from '../report/exports';
import { clock, dateInWords, rangeInWords, recordedInWords, statusInWords } from '../words';
import type { Tab } from './model';
import type { ISessionView } from './props';

type IHeaderProps = ISessionView & { session: wire.SessionOut };

/** Whose session it is, how it stands, and what can be seen of it. */
export function Header(props: IHeaderProps): React.JSX.Element {
  const { session, trans } = props;
  return (
    <header className="jp-codeassess-Top">
      <div className="jp-codeassess-Title">
        <h2>{session.assessment?.title ?? trans.__('Open session')}</h2>
        <p className="jp-codeassess-Quiet">{factsInWords(props)}</p>
      </div>
      <GradingState {...props} />
      <Tabs {...props} />
      <Exports {...props} />
    </header>
  );
}

function factsInWords({ session, trans }: IHeaderProps): string {
  const begun = Date.parse(session.created_at);
  const facts = [session.owner, dateInWords(begun), recordedInWords(session.mode, trans)];
  if (session.ended_at === null) {
    facts.push(statusInWords(session.status, trans));
  } else {
    facts.push(trans.__('%1 long', clock(Date.parse(session.ended_at) - begun)));
  }
  return facts.join(' · ');
}

/** The score of the session as it stands, and what waits for a person. */
function GradingState({ session, trans }: IHeaderProps): React.JSX.Element | null {
  const { grading } = session;
  if (!grading) {
    return null;
  }
  const { score_min: low, score_max: high, score_text: words, waiting_for_review: waiting, contested } = grading;
  return (
    <div className="jp-codeassess-GradingState" title={words ?? undefined}>
      {low !== null && high !== null && <strong>{rangeInWords(low, high)}</strong>}
      <span className="jp-codeassess-Quiet">{gradingInWords(session, grading, trans)}</span>
      {contested > 0 && (
        <span className="jp-codeassess-Waits">{trans._n('%1 contested', '%1 contested', contested)}</span>
      )}
      {waiting > contested && (
        <span className="jp-codeassess-Waits">{trans._n('%1 waiting', '%1 waiting', waiting - contested)}</span>
      )}
    </div>
  );
}

function gradingInWords(session: wire.SessionOut, grading: wire.GradingOut, trans: IHeaderProps['trans']): string {
  if (session.status !== 'ended') {
    return trans.__('%1 of %2 answered', grading.answered, session.counts.questions);
  }
  if (grading.score_min === null) {
    return trans.__('No score yet');
  }
  return grading.provisional ? trans.__('of 10, provisional') : trans.__('of 10');
}

function Tabs({ model, trans }: IHeaderProps): React.JSX.Element {
  const tabs: [Tab, string][] = [
    ['timeline', trans.__('Timeline')],
    ['report', trans.__('Report')]
  ];
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const other = model.tab === 'timeline' ? 'report' : 'timeline';
      model.show(other);
      event.currentTarget.querySelector<HTMLElement>(`[data-tab=${other}]`)?.focus();
    }
  };
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const session = list.current?.closest('.jp-codeassess-Session');
    if (session === document.activeElement) {
      list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus(); // the session was waited for
    }
  }, []);
  return (
    <div
      ref={list}
      className="jp-codeassess-Tabs"
      role="tablist"
      aria-label={trans.__('Views of the session')}
      onKeyDown={onKeyDown}
    >
      {tabs.map(([tab, label]) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`codeassess-${tab}-${model.id}`}
          data-tab={tab}
          aria-selected={model.tab === tab}
          aria-controls={`codeassess-panel-${model.id}`}
          tabIndex={model.tab === tab ? 0 : -1}
          onClick={() => model.show(tab)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
