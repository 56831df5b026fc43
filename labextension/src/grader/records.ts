import type * as wire from '../wire';

/** A decision about an evaluation, as it is sent: a confirmation has no score, an override has both. */
export interface INewReview {
  question_id: string;
  verdict: 'confirm' | 'override';
  score?: number;
  reason?: string;
  /** The number of the newest review of it that this grader has seen. */
  seen?: number;
}

/** The reviews that count: not those of candidates about their own answers. */
export function counted({ reviews }: wire.QuestionPart): wire.ReviewPart[] {
  return (reviews ?? []).filter(review => !review.by_owner);
}

/** The part of a report (docs/reports.md) that is shown here; the rest is in its exports. */
export interface IReport {
  report: { id: string; version: number; created_at: string };
  integrity: string;
  integrity_reason: string;
  consent?: wire.ConsentPart | null;
  overall: wire.OverallPart;
  summary: string;
  strengths: string[];
  concerns: string[];
  questions: wire.QuestionPart[];
  notes: string[];
}
