import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useRef } from 'react';

import { useSignal } from '../signals';
import { clock } from '../words';
import { Axis, Chart, Clips, Decisions, Ticks } from './lanes';
import type { TimelineModel } from './model';

interface ITrackProps {
  model: TimelineModel;
  trans: TranslationBundle;
}

/** The whole time of a session from left to right, and the moment that is shown. */
export function Track({ model, trans }: ITrackProps): React.JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const seek = (event: React.PointerEvent): void => {
    const { left, width } = area.current!.getBoundingClientRect();
    model.pause();
    model.seek(model.start + ((event.clientX - left) / width) * (model.end - model.start));
  };
  const onPointerDown = (event: React.PointerEvent): void => {
    if (event.button === 0) {
      event.currentTarget.setPointerCapture(event.pointerId);
      seek(event);
    }
  };
  const onPointerMove = (event: React.PointerEvent): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) {
      seek(event);
    }
  };
  return (
    <div className="jp-codeassess-Track" data-decisions={model.decisions}>
      <div className="jp-codeassess-Lanes" aria-hidden="true">
        <span>{trans.__('Questions')}</span>
        <span>{trans.__('Edits')}</span>
        <span>{trans.__('Events')}</span>
        {model.decisions && <span>{trans.__('Decisions')}</span>}
      </div>
      <div className="jp-codeassess-Area" ref={area} onPointerDown={onPointerDown} onPointerMove={onPointerMove}>
        <Clips model={model} questions={model.questions} end={model.end} trans={trans} />
        <Chart model={model} steps={model.history.steps.length} events={model.events} end={model.end} />
        <Ticks model={model} events={model.events} end={model.end} />
        {model.decisions && <Decisions model={model} events={model.events} end={model.end} />}
        <Axis model={model} end={model.end} />
        <Playhead model={model} trans={trans} />
      </div>
    </div>
  );
}

function Playhead({ model, trans }: ITrackProps): React.JSX.Element {
  useSignal(model.moved);
  const { start, end, position } = model;
  const words = trans.__('%1 of %2', clock(position - start), clock(end - start));
  return (
    <div
      className="jp-codeassess-Playhead"
      style={{ left: `${(100 * (position - start)) / (end - start)}%` }}
      role="slider"
      tabIndex={0}
      aria-label={trans.__('Moment')}
      aria-valuemin={0}
      aria-valuemax={Math.round((end - start) / 1000)}
      aria-valuenow={Math.round((position - start) / 1000)}
      aria-valuetext={words}
    />
  );
}
