import React from 'react';

import { useSignal } from '../signals';
import { Trouble } from '../trouble';
import { Code } from './code';
import { Controls } from './controls';
import { Detail } from './detail';
import { Events } from './list';
import type { TimelineModel } from './model';
import type { ITimelineView } from './props';
import { Track } from './track';

/** The evidence of a session, on one track of time. */
export function Timeline(view: ITimelineView): React.JSX.Element {
  const { model, trans } = view;
  useSignal(model.stateChanged);
  return (
    <div className="jp-codeassess-Timeline" onKeyDown={event => onKeyDown(event, model)}>
      {model.problem && <Trouble problem={model.problem} trans={trans} onRetry={() => void model.load()} />}
      <Track {...view} />
      <Controls {...view} />
      <div className="jp-codeassess-Moment">
        <Code {...view} />
        <div className="jp-codeassess-Aside">
          <Events {...view} />
          <Detail {...view} />
        </div>
      </div>
    </div>
  );
}

/** Space plays, left and right go from change to change, up and down from event to event. */
function onKeyDown(event: React.KeyboardEvent, model: TimelineModel): void {
  const target = event.target as HTMLElement;
  const writes = target.closest('select, input, textarea, .cm-editor, .jp-codeassess-Detail') !== null;
  if (event.ctrlKey || event.metaKey || event.altKey || writes || (event.key === ' ' && target.closest('button'))) {
    return;
  }
  const doings: Record<string, () => void> = {
    ' ': () => (model.playing ? model.pause() : model.play()),
    ArrowLeft: () => model.stepBy(-1),
    ArrowRight: () => model.stepBy(1),
    ArrowUp: () => model.eventBy(-1),
    ArrowDown: () => model.eventBy(1),
    Home: () => model.seek(model.start),
    End: () => model.seek(model.end)
  };
  if (event.key in doings) {
    event.preventDefault();
    doings[event.key]();
  }
}
