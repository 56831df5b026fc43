import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import React, { useEffect, useRef } from 'react';

import { Coded } from '../../text';
import { drawnWith } from '../drawn';
import { useSignal } from '../signals';
import { clock } from '../words';
import type { IEvent } from './events';
import type { TimelineModel } from './model';
import { eventInWords } from './words';

/** Height (px) of a line. */
const LINE = 30;

/** What happened, in order. Choosing a line shows its moment. */
export function Events({ model, trans }: { model: TimelineModel; trans: TranslationBundle }): React.JSX.Element {
  useSignal(model.moved);
  const { events, questions, current } = model;
  const scroller = useRef<HTMLDivElement>(null);
  const at = current === null ? -1 : events.indexOf(current);
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 8,
    rangeExtractor: drawnWith(at)
  });
  useEffect(() => {
    if (at >= 0) {
      virtual.scrollToIndex(at);
    }
  }, [at]);
  return (
    <div
      ref={scroller}
      className="jp-codeassess-Events"
      role="listbox"
      aria-label={trans.__('Events')}
      aria-activedescendant={at >= 0 && current ? `codeassess-event-${current.id}` : undefined}
      tabIndex={0}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const event = events[index];
          const asked = questions.find(({ id }) => id === event.question);
          return (
            <div
              key={event.id}
              id={`codeassess-event-${event.id}`}
              role="option"
              aria-selected={index === at}
              aria-setsize={events.length}
              aria-posinset={index + 1}
              className="jp-codeassess-Event"
              data-kind={event.kind}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => model.choose(event)}
            >
              <time>{clock(event.at - model.start)}</time>
              <span>
                <Words event={event} words={eventInWords(event, asked, trans)} />
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** An examiner marks code with backticks; what a candidate wrote has no marks. */
function Words({ event, words }: { event: IEvent; words: string }): React.JSX.Element {
  return event.kind === 'question' || event.kind === 'decision' ? <Coded text={words} /> : <>{words}</>;
}
