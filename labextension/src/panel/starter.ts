import type { AssessmentPart } from '../wire';

/** Does the assessment begin with code? */
export function hasStarter(assessment: AssessmentPart): boolean {
  return assessment.starter_code !== '' || assessment.files.length > 0;
}
