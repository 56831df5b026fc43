import { asApiError, type ApiError } from '../../connection/api';
import type * as wire from '../../wire';
import type { GraderApi } from '../api';
import { Model } from '../model';
import { ReportModel } from '../report/model';
import type { EventKind } from '../timeline/events';
import { TimelineModel } from '../timeline/model';

export type Tab = 'timeline' | 'report';

/** One session as a grader sees it: its film and its report. */
export class SessionModel extends Model {
  constructor(
    private readonly _api: GraderApi,
    readonly id: string
  ) {
    super();
    this.report = new ReportModel(_api, id);
    this.report.stateChanged.connect(() => this.timeline?.learn(this.report.report));
  }

  readonly report: ReportModel;
  session: wire.SessionOut | null = null;
  /** Null until the session is known. */
  timeline: TimelineModel | null = null;
  tab: Tab = 'timeline';
  /** The question that the report was opened for. */
  question: string | null = null;
  problem: ApiError | null = null;

  async load(): Promise<void> {
    this.problem = null;
    this.stateChanged.emit();
    try {
      this.session = await this._api.session(this.id);
    } catch (problem) {
      this.problem = asApiError(problem);
      this.stateChanged.emit();
      return;
    }
    this.timeline?.dispose();
    this.timeline = new TimelineModel(this._api, this.session);
    this.stateChanged.emit();
    this._loading = this.timeline.load();
    await Promise.all([this._loading, this.session.status === 'ended' ? this.report.load() : this.report.missing()]);
  }

  show(tab: Tab): void {
    this.tab = tab;
    this.question = null;
    this.timeline?.pause();
    this.stateChanged.emit();
  }

  /** Show what the report says of a question. */
  read(question: string): void {
    this.show('report');
    this.question = question;
    this.stateChanged.emit();
  }

  /** Show the moment at which something happened to a question. */
  async watch(question: string, kind: EventKind): Promise<void> {
    this.show('timeline');
    await this._loading;
    this.timeline?.chooseOf(question, kind);
  }

  /** A file of the session, `address` relative to it. */
  file(address: string): Promise<Blob> {
    return this._api.file(this.id, address);
  }

  override dispose(): void {
    this.timeline?.dispose();
    this.report.dispose();
    super.dispose();
  }

  private _loading: Promise<void> = Promise.resolve();
}
