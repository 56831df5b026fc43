import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { nextIcon, pauseIcon, playIcon, previousIcon } from '../icons';
import { useSignal } from '../signals';
import { clock } from '../words';
import type { EventKind } from './events';
import { Live } from './live';
import type { TimelineModel } from './model';
import { SPEEDS } from './player';
import type { ITimelineView } from './props';
import { kindInWords } from './words';

const LEGEND: readonly EventKind[] = ['run', 'paste', 'save', 'focus'];

interface IControlsProps {
  model: TimelineModel;
  trans: TranslationBundle;
}

/** Play, step, speed, and what is shown. */
export function Controls(view: ITimelineView): React.JSX.Element {
  const { model, trans } = view;
  const { playing, pace } = model;
  return (
    <div className="jp-codeassess-Controls" role="toolbar" aria-label={trans.__('Playing')}>
      <Press icon={previousIcon} label={trans.__('Previous event (↑)')} onPress={() => model.eventBy(-1)} />
      <Press
        icon={playing ? pauseIcon : playIcon}
        label={playing ? trans.__('Pause (Space)') : trans.__('Play (Space)')}
        disabled={!model.complete}
        onPress={() => (model.playing ? model.pause() : model.play())}
      />
      <Press icon={nextIcon} label={trans.__('Next event (↓)')} onPress={() => model.eventBy(1)} />
      <Time model={model} trans={trans} />
      <Live {...view} />
      <select
        className="jp-codeassess-Field"
        aria-label={trans.__('Speed')}
        title={trans.__('Speed')}
        value={pace.speed}
        onChange={event => model.setPace({ speed: Number(event.target.value) })}
      >
        {SPEEDS.map(speed => (
          <option key={speed} value={speed}>
            {speed}×
          </option>
        ))}
      </select>
      <label className="jp-codeassess-Check">
        <input
          type="checkbox"
          checked={pace.skipIdle}
          onChange={event => model.setPace({ skipIdle: event.target.checked })}
        />
        {trans.__('Skip pauses')}
      </label>
      <label className="jp-codeassess-Check" title={trans.__('Show why a question was asked, or was not')}>
        <input
          type="checkbox"
          checked={model.decisions}
          onChange={event => void model.showDecisions(event.target.checked)}
        />
        {trans.__('Decisions')}
      </label>
      <Documents model={model} trans={trans} />
      <ul className="jp-codeassess-Legend" aria-label={trans.__('Legend')}>
        {LEGEND.map(kind => (
          <li key={kind} data-kind={kind}>
            {kindInWords(kind, trans)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Press(props: { icon: LabIcon; label: string; disabled?: boolean; onPress: () => void }): React.JSX.Element {
  const { icon, label, disabled, onPress } = props;
  return (
    <button
      type="button"
      className="jp-codeassess-Icon"
      title={label}
      aria-label={label}
      disabled={disabled}
      onClick={onPress}
    >
      <icon.react tag="span" />
    </button>
  );
}

function Time({ model, trans }: IControlsProps): React.JSX.Element {
  useSignal(model.moved);
  const { start, end, position } = model;
  return (
    <span className="jp-codeassess-Clock">{trans.__('%1 / %2', clock(position - start), clock(end - start))}</span>
  );
}

/** With several documents: which one, or the one that the candidate is in. */
function Documents({ model, trans }: IControlsProps): React.JSX.Element | null {
  const { documents } = model.history;
  if (documents.length < 2) {
    return null;
  }
  return (
    <select
      className="jp-codeassess-Field"
      aria-label={trans.__('Document')}
      value={model.pinned ?? ''}
      onChange={event => model.pin(event.target.value || null)}
    >
      <option value="">{trans.__('Follow the candidate')}</option>
      {documents.map(document => (
        <option key={document} value={document}>
          {document}
        </option>
      ))}
    </select>
  );
}
