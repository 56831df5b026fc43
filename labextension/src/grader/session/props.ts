import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { SessionModel } from './model';

/** What every part of a session works with. */
export interface ISessionView {
  model: SessionModel;
  trans: TranslationBundle;
  languages: IEditorLanguageRegistry;
}
