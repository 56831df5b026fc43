import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IPlace } from '../watchers/excerpt';
import type { AssessmentPart } from '../wire';
import type { CandidateModel } from './model';

/** What every part of the panel works with. */
export interface IView {
  model: CandidateModel;
  trans: TranslationBundle;
  rendermime: IRenderMimeRegistry;
  /** Show the lines of a question in their document. */
  reveal: (place: IPlace) => Promise<void>;
  /** Open the code that an assessment begins with, and record it. */
  begin: (assessment: AssessmentPart) => Promise<void>;
}
