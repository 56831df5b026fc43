import { UUID } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';

import { asApiError, type ApiError } from '../../connection/api';
import type * as wire from '../../wire';
import type { GraderApi } from '../api';
import { Model } from '../model';
import { counted, type INewReview, type IReport } from '../records';

/** Pauses (ms) between the requests for the version that a review makes. */
const LOOKS: readonly number[] = [0, 200, 500, 1000, 2000, 4000];

/** The report of a session in its versions, and the review of the latest. */
export class ReportModel extends Model {
  constructor(
    private readonly _api: GraderApi,
    private readonly _id: string
  ) {
    super();
  }

  /** The latest version; null while it is not written, or not loaded. */
  report: IReport | null = null;
  /** The version that was asked for; the latest when none was. */
  shown: IReport | null = null;
  loaded = false;
  problem: ApiError | null = null;
  /** The question whose review is being stored. */
  saving: string | null = null;
  /** The scores that the candidate contests. */
  contests: readonly wire.ContestOut[] = [];
  /** Why the last review was not stored, and which question it was about. */
  refused: ApiError | null = null;
  refusedFor: string | null = null;

  /** Emitted when a review was stored. */
  get reviewed(): ISignal<this, void> {
    return this._reviewed;
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      [this.report, { items: this.contests }] = await Promise.all([
        this._api.report(this._id),
        this._api.contests(this._id)
      ]);
      this.shown = this.report;
      this.loaded = true;
    } catch (problem) {
      this.problem = asApiError(problem);
    }
    this.stateChanged.emit();
  }

  /** The session has ended: load the report, unless it is loaded. */
  async settle(): Promise<void> {
    if (this.report === null) {
      await this.load();
    }
  }

  /** Show a version of the report. */
  async show(version: number): Promise<void> {
    this.problem = null;
    try {
      const latest = version === this.report?.report.version;
      this.shown = latest ? this.report : await this._api.report(this._id, version);
    } catch (problem) {
      this.problem = asApiError(problem);
    }
    this.stateChanged.emit();
  }

  /** The session is not ended: there is no report. */
  missing(): void {
    this.report = this.shown = null;
    this.loaded = true;
    this.stateChanged.emit();
  }

  /** Store a decision. True: it is stored; else `refused` tells why, and it can be repeated. */
  async review(review: INewReview): Promise<boolean> {
    const key = JSON.stringify(review);
    this._keys[key] ??= UUID.uuid4();
    this.saving = review.question_id;
    this.refused = null;
    this.stateChanged.emit();
    try {
      const { review_id } = await this._api.review(
        this._id,
        { ...review, seen: this._seen(review.question_id) },
        this._keys[key]
      );
      delete this._keys[key];
      await this._look(
        () => this.report?.questions.some(q => q.reviews?.some(r => r.review_id === review_id)) === true
      );
      this._reviewed.emit();
    } catch (problem) {
      const refused = asApiError(problem);
      if (refused.code === 'reviewed_meanwhile') {
        delete this._keys[key];
        await this.load(); // with the decision that this grader had not seen
        this._reviewed.emit();
      }
      this.refused = refused;
      this.refusedFor = review.question_id;
    }
    this.saving = null;
    this.stateChanged.emit();
    return this.refused === null;
  }

  /** The answers that wait for a person, in the latest version. */
  get waiting(): wire.QuestionPart[] {
    const questions = this.report?.questions ?? [];
    return questions.filter(
      question =>
        question.evaluation?.needs_review === true &&
        counted(question).length === 0 &&
        !this.contested(question.interaction_id)
    );
  }

  /** The contest of an answer's score that waits for a decision. */
  contested(question: string): wire.ContestOut | null {
    return this.contests.find(contest => contest.question_id === question && contest.decision === null) ?? null;
  }

  /** Confirm all answers that wait, one after the other; the first refusal ends it, and can be repeated. */
  async confirmAll(): Promise<void> {
    for (const { interaction_id } of this.waiting) {
      if (!(await this.review({ question_id: interaction_id, verdict: 'confirm' })) || this.isDisposed) {
        return;
      }
    }
  }

  /** The number of the newest review of a question that is on screen. */
  private _seen(question: string): number {
    const reviews = this.report?.questions.find(({ interaction_id }) => interaction_id === question)?.reviews ?? [];
    return reviews.at(-1)?.number ?? 0;
  }

  /** Load for some seconds, until the report is as expected. */
  private async _look(done: () => boolean): Promise<void> {
    for (const pause of LOOKS) {
      await new Promise(resolve => setTimeout(resolve, pause));
      await this.load();
      if (done() || this.isDisposed) {
        return;
      }
    }
  }

  private readonly _reviewed = new Signal<this, void>(this);
  private readonly _keys: Record<string, string> = {};
}
