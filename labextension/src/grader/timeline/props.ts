import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { TimelineModel } from './model';

/** What every part of the timeline works with. */
export interface ITimelineView {
  model: TimelineModel;
  trans: TranslationBundle;
  languages: IEditorLanguageRegistry;
  /** The session goes on, but the server does not answer. */
  away: boolean;
  /** Show a question in the report. */
  read: (question: string) => void;
}
