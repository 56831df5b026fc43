import { Signal, type ISignal } from '@lumino/signaling';

import { asApiError, type ApiError } from '../../connection/api';
import type * as wire from '../../wire';
import type { GraderApi } from '../api';
import { Model } from '../model';
import type { IReport } from '../records';
import { Evidence } from './evidence';
import { merged, pastesOf, type IEvent } from './events';
import { countUpTo, type History } from './history';
import { momentAt, type IMoment } from './moment';
import { Playback } from './playback';
import { advance, type IPace } from './player';
import { closedAt, lastAsked, questionsOf, type IAsked } from './questions';

/** The replay of one session: its code and its events, at a moment that the grader chooses. Times in ms. */
export class TimelineModel extends Model {
  constructor(
    private readonly _api: GraderApi,
    public session: wire.SessionOut
  ) {
    super();
    this._evidence = new Evidence(_api, session.session_id);
    this.start = Date.parse(session.created_at);
    this.end = this.position = Date.parse(session.ended_at ?? session.created_at);
  }

  readonly start: number;
  end: number;
  position: number;
  events: readonly IEvent[] = [];
  questions: readonly IAsked[] = [];
  /** The chosen event, while its moment is shown. */
  chosen: IEvent | null = null;
  /** The document that is shown; null: the one that the candidate works in. */
  pinned: string | null = null;
  pace: IPace = { speed: 5, skipIdle: true };
  /** The end is shown, and follows what is recorded. */
  following = true;
  /** The decisions to ask or not are among the events. */
  decisions = false;
  /** Is the whole history loaded? */
  complete = false;
  problem: ApiError | null = null;

  /** Emitted when another moment is shown. */
  get moved(): ISignal<this, void> {
    return this._moved;
  }

  get history(): History {
    return this._evidence.history;
  }

  /** More may be recorded. */
  get live(): boolean {
    return this.session.status !== 'ended';
  }

  /** How much was recorded since the end was last shown. */
  get unseen(): number {
    return this.following ? 0 : this._moments.length - countUpTo(this._moments, moment => moment, this._seen);
  }

  /** Load everything; the latest code first. */
  async load(): Promise<void> {
    this.problem = null;
    try {
      await Promise.all([this._evidence.readEvents(), this._loadLatest()]);
      this._compose();
      await this._evidence.readSteps(() => this.stateChanged.emit());
      await this._readDecisions();
      this.complete = true;
    } catch (problem) {
      this.problem = asApiError(problem);
    }
    this._compose();
  }

  /** Read what was recorded since. Throws `ApiError`; it can be repeated. */
  async update(session: wire.SessionOut): Promise<void> {
    if (!this.complete) {
      return this.load();
    }
    const { size } = this._evidence;
    if (session.counts.interactions !== this.session.counts.interactions) {
      await this._evidence.readEvents();
      await this._evidence.readSteps(() => undefined);
    }
    await this._readDecisions();
    const moved = session.status !== this.session.status;
    this.session = session;
    if (moved || size !== this._evidence.size) {
      this._compose();
    }
  }

  /** Show or hide each decision to ask or not among the events. */
  async showDecisions(shown: boolean): Promise<void> {
    this.decisions = shown;
    this.stateChanged.emit();
    try {
      await this._readDecisions();
    } catch (problem) {
      this.problem = asApiError(problem);
    }
    this._compose();
  }

  /** Add what the report knows of the questions. */
  learn(report: IReport | null): void {
    this._report = report;
    this._compose();
  }

  /** How many steps of the history are applied. */
  get steps(): number {
    return this.history.upTo(this.position);
  }

  get moment(): IMoment {
    if (!this.complete) {
      return { document: this._latest?.document ?? '', text: this._latest?.code ?? '', step: null, asked: null };
    }
    return momentAt(this.history, this.steps, this.pinned, this.asking);
  }

  /** The question whose lines are shown: the one of the chosen event, else the one that is open at this moment. */
  get asking(): IAsked | null {
    const chosen = this.questions.find(({ id }) => id === this.chosen?.question);
    const last = lastAsked(this.questions, this.position);
    return chosen ?? (last !== null && this.position <= closedAt(last) ? last : null);
  }

  /** The event at the shown moment, or the last one before it. */
  get current(): IEvent | null {
    return this.chosen ?? this.events[countUpTo(this.events, ({ at }) => at, this.position) - 1] ?? null;
  }

  seek(time: number, chosen: IEvent | null = null): void {
    this.chosen = chosen;
    this.position = Math.min(this.end, Math.max(this.start, time));
    this.following = chosen === null && this.position === this.end;
    this._seen = this.following ? this.end : this._seen;
    this._moved.emit();
  }

  choose(event: IEvent): void {
    this.pause();
    this.seek(event.at, event);
  }

  /** Show the moment at which `kind` happened to a question. */
  chooseOf(question: string, kind: IEvent['kind']): void {
    const of = this.events.filter(event => event.question === question);
    const found = of.find(event => event.kind === kind) ?? of[0];
    if (found) {
      this.choose(found);
    }
  }

  /** Go to the next (1) or previous (-1) change of the code. */
  stepBy(direction: 1 | -1): void {
    this.pause();
    const at = this.history.neighbour(this.steps, direction);
    this.seek(at ?? (direction > 0 ? this.end : this.start));
  }

  /** Go to the next (1) or previous (-1) event. */
  eventBy(direction: 1 | -1): void {
    const here = this.current === null ? -1 : this.events.indexOf(this.current);
    const back = this.chosen === null && direction < 0 && this.current !== null && this.current.at < this.position;
    const found = this.events[back ? here : here + direction];
    if (found) {
      this.choose(found);
    }
  }

  pin(document: string | null): void {
    this.pinned = document;
    this._moved.emit();
    this.stateChanged.emit();
  }

  setPace(pace: Partial<IPace>): void {
    this.pace = { ...this.pace, ...pace };
    this.stateChanged.emit();
  }

  get playing(): boolean {
    return this._playback.running;
  }

  play(): void {
    if (!this.complete || this.playing) {
      return;
    }
    if (this.position >= this.end) {
      this.seek(this.start);
    }
    this._playback.start(elapsed => {
      this.seek(advance(this.position, elapsed, this.pace, this._moments));
      if (this.position >= this.end) {
        this.pause();
      }
    });
    this.stateChanged.emit();
  }

  pause(): void {
    if (this.playing) {
      this._playback.stop();
      this.stateChanged.emit();
    }
  }

  override dispose(): void {
    this._playback.stop();
    super.dispose();
  }

  private async _loadLatest(): Promise<void> {
    const { session_id, counts } = this.session;
    if (counts.snapshots > 0) {
      this._latest = await this._api.snapshot(session_id, counts.snapshots);
    }
  }

  private async _readDecisions(): Promise<void> {
    if (this.decisions) {
      await this._evidence.readDecisions();
    }
  }

  /** Make the timeline of everything that is loaded. */
  private _compose(): void {
    const { events, history, decisions } = this._evidence;
    this.questions = questionsOf(events, this._report);
    // A withdrawn question was never shown: it belongs to the decisions.
    const seen = this.decisions ? events : events.filter(({ kind }) => kind !== 'withdrawn');
    this.events = merged(seen, this.complete ? pastesOf(history.steps) : [], this.decisions ? decisions : []);
    this._moments = [...history.steps, ...this.events].map(({ at }) => at).sort((one, other) => one - other);
    this.chosen = this.events.find(({ id }) => id === this.chosen?.id) ?? null;
    this.end = Math.max(this.start + 1, this.end, this._moments.at(-1) ?? 0);
    if (this.following) {
      this.position = this._seen = this.end;
    }
    this.stateChanged.emit();
    this._moved.emit();
  }

  private readonly _moved = new Signal<this, void>(this);
  private readonly _playback = new Playback();
  private readonly _evidence: Evidence;
  private _latest: wire.SnapshotOut | null = null;
  private _moments: readonly number[] = [];
  private _report: IReport | null = null;
  /** The end when it was last shown. */
  private _seen = -Infinity;
}
