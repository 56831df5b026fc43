import { asApiError, type ApiError } from '../../connection/api';
import type * as wire from '../../wire';
import type { GraderApi, IFile } from '../api';
import { looking } from '../live';
import { Model } from '../model';
import { ReportModel } from '../report/model';
import type { EventKind } from '../timeline/events';
import { TimelineModel } from '../timeline/model';

export type Tab = 'timeline' | 'report';

/** Pause (ms) between two looks at a session that goes on. */
const EVERY = 2_000;
/** Answers after which nothing more will come. */
const GONE = new Set([401, 403, 404]);

/** One session as a grader sees it: its replay and its report. */
export class SessionModel extends Model {
  constructor(
    private readonly _api: GraderApi,
    readonly id: string
  ) {
    super();
    this.report = new ReportModel(_api, id);
    this.report.stateChanged.connect(() => this.timeline?.learn(this.report.report));
    this.report.reviewed.connect(() => void this._lookAgain());
  }

  readonly report: ReportModel;
  session: wire.SessionOut | null = null;
  /** Null until the session is known. */
  timeline: TimelineModel | null = null;
  tab: Tab = 'timeline';
  /** The question that the report was opened for. */
  question: string | null = null;
  problem: ApiError | null = null;
  /** The session goes on and the server does not answer: what is shown may be old. */
  away = false;
  /** Whether somebody looks: else nothing new is read. */
  seen: () => boolean = () => true;

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
    if (this._goesOn) {
      await this._live.start();
    }
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
  file(address: string): Promise<IFile> {
    return this._api.file(this.id, address);
  }

  /** Read now what is new, if the session goes on. */
  hurry(): void {
    if (this._goesOn) {
      void this._live.refresh();
    }
  }

  override dispose(): void {
    this._live.dispose();
    this.timeline?.dispose();
    this.report.dispose();
    super.dispose();
  }

  private get _goesOn(): boolean {
    return this.problem === null && this.timeline !== null && this.session?.status !== 'ended';
  }

  /** Read what came since; whether there was anything. It ends with the session; throws `ApiError`. */
  private async _look(): Promise<boolean> {
    const before = JSON.stringify(this.session);
    try {
      const session = await this._api.session(this.id);
      await this.timeline?.update(session);
      this.session = session;
      this.away = false;
    } catch (problem) {
      await this._lose(asApiError(problem));
      throw problem;
    }
    if (this.session.status === 'ended') {
      await this._live.stop();
      await this.report.settle();
    }
    const fresh = before !== JSON.stringify(this.session);
    if (fresh || this._told !== this.away) {
      this._tell();
    }
    return fresh;
  }

  /** The server does not answer, or the session is no longer there for this grader. */
  private async _lose(problem: ApiError): Promise<void> {
    this.away = true;
    if (GONE.has(problem.status)) {
      this.problem = problem;
      await this._live.stop();
    }
    this._tell();
  }

  private _tell(): void {
    this._told = this.away;
    this.stateChanged.emit();
  }

  /** One look at a time: two would read the same things. */
  private _lookOnce(): Promise<boolean> {
    return (this._looking ??= this._look().finally(() => (this._looking = null)));
  }

  /** Look after the look that is under way, which may have read what was there before. */
  private async _lookAgain(): Promise<void> {
    await this._looking?.catch(() => undefined);
    await this._lookOnce().catch(() => undefined); // what went wrong is on screen
  }

  private readonly _live = looking(
    () => this._lookOnce(),
    EVERY,
    () => this.seen()
  );
  private _looking: Promise<boolean> | null = null;
  private _loading: Promise<void> = Promise.resolve();
  private _told = false;
}
