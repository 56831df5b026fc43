import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRegion } from '../watchers/excerpt';
import type { AssessmentPart } from '../wire';
import type { CandidateModel } from './model';

/** The props of every part of the panel. */
export interface IView {
  model: CandidateModel;
  trans: TranslationBundle;
  /** Show the panel, without the focus. */
  show: () => void;
  /** Show the lines of a question in their document. */
  reveal: (region: IRegion) => Promise<void>;
  /** Open the code that an assessment begins with, and record it. */
  begin: (assessment: AssessmentPart) => Promise<void>;
}
