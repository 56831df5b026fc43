import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { clock, rangeInWords, scoreInWords } from '../words';
import { bins } from './bins';
import { absences, type EventKind, type IEvent } from './events';
import type { TimelineModel } from './model';
import { closedAt, type IAsked } from './questions';

const BINS = 160;
/** Width of the drawings, in their own units. */
const WIDTH = 1000;
const TICKS: readonly EventKind[] = ['save', 'run', 'paste'];
/** Steps (s) between two times of the axis. */
const AXIS: readonly number[] = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

// `end` and the lists are given only so that a lane is drawn again when, and only when, they change.
interface ILaneProps {
  model: TimelineModel;
  end: number;
}

function fraction({ start, end }: TimelineModel, time: number): number {
  return Math.min(1, Math.max(0, (time - start) / (end - start)));
}

/** A person's score, else what is known of it: a range while something is open. */
function clipScore({ reported, range, score }: IAsked): string {
  if (reported?.reviews?.length && typeof reported.final_score === 'number') {
    return scoreInWords(reported.final_score);
  }
  return range !== null ? rangeInWords(...range) : score === null ? '' : scoreInWords(score);
}

/** Each question from when it was asked to its answer, with its score. */
export const Clips = React.memo(function Clips(
  props: ILaneProps & { questions: readonly IAsked[]; trans: TranslationBundle }
): React.JSX.Element {
  const { model, questions, trans } = props;
  return (
    <div className="jp-codeassess-Clips">
      {questions.map(asked => {
        const left = 100 * fraction(model, asked.asked);
        const right = 100 * fraction(model, Math.min(model.end, closedAt(asked)));
        return (
          <button
            key={asked.id}
            type="button"
            tabIndex={-1}
            aria-hidden="true"
            className="jp-codeassess-Clip"
            data-waits={asked.failed || asked.needsReview}
            style={{ left: `min(${left}%, calc(100% - 20px))`, width: `${right - left}%` }}
            title={trans.__('Question %1: %2', asked.number, asked.text)}
            onPointerDown={event => event.stopPropagation()}
            onClick={() => model.chooseOf(asked.id, 'question')}
          >
            {asked.number}
            <span>{clipScore(asked)}</span>
          </button>
        );
      })}
    </div>
  );
});

/** How much was edited when, and when nobody looked at the page. */
export const Chart = React.memo(function Chart(
  props: ILaneProps & { steps: number; events: readonly IEvent[] }
): React.JSX.Element {
  const { model, events } = props;
  const counts = bins(
    model.history.steps.map(({ at }) => at),
    model.start,
    model.end,
    BINS
  );
  const most = Math.max(1, ...counts);
  const width = WIDTH / BINS;
  const bars = counts.map((count, bin) => {
    const height = count === 0 ? 0 : 8 + (92 * count) / most;
    return height && `M${bin * width} 100v${-height}h${width * 0.8}v${height}z`;
  });
  return (
    <svg className="jp-codeassess-Chart" viewBox={`0 0 ${WIDTH} 100`} preserveAspectRatio="none" aria-hidden="true">
      {absences(events, model.end).map(([from, to]) => (
        <rect
          key={from}
          className="jp-codeassess-Away"
          x={WIDTH * fraction(model, from)}
          width={WIDTH * (fraction(model, to) - fraction(model, from))}
          y="0"
          height="100"
        />
      ))}
      <path d={bars.filter(Boolean).join('')} />
    </svg>
  );
});

/** A tick for each run, paste and save. */
export const Ticks = React.memo(function Ticks(props: ILaneProps & { events: readonly IEvent[] }): React.JSX.Element {
  const { model, events } = props;
  const sorts = TICKS.map(kind => ({ sort: kind, events: events.filter(event => event.kind === kind) }));
  return <Marks model={model} sorts={sorts} />;
});

/** A tick for each decision: not to ask, and above them to ask. */
export const Decisions = React.memo(function Decisions(
  props: ILaneProps & { events: readonly IEvent[] }
): React.JSX.Element {
  const { model, events } = props;
  const decisions = events.filter(({ kind }) => kind === 'decision');
  const sorts = [
    { sort: 'not-asked', events: decisions.filter(({ payload }) => payload['asked'] !== true) },
    { sort: 'asked', events: decisions.filter(({ payload }) => payload['asked'] === true) }
  ];
  return <Marks model={model} sorts={sorts} />;
});

interface IMarksProps {
  model: TimelineModel;
  sorts: readonly { sort: string; events: readonly IEvent[] }[];
}

function Marks({ model, sorts }: IMarksProps): React.JSX.Element {
  return (
    <svg className="jp-codeassess-Ticks" viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
      {sorts.map(({ sort, events }) => (
        <path
          key={sort}
          data-kind={sort}
          d={events.map(({ at }) => `M${(WIDTH * fraction(model, at)).toFixed(1)} 0v10`).join('')}
        />
      ))}
    </svg>
  );
}

export const Axis = React.memo(function Axis({ model }: ILaneProps): React.JSX.Element {
  const seconds = (model.end - model.start) / 1000;
  const step = AXIS.find(candidate => seconds / candidate <= 8) ?? seconds;
  const times = Array.from({ length: Math.floor((seconds / step) * 0.97) + 1 }, (_, index) => index * step);
  return (
    <div className="jp-codeassess-Axis" aria-hidden="true">
      {times.map(time => (
        <span key={time} style={{ left: `${(100 * time) / seconds}%` }}>
          {clock(time * 1000)}
        </span>
      ))}
    </div>
  );
});
