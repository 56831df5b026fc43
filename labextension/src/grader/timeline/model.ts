import { Signal, type ISignal } from '@lumino/signaling';

import { asApiError, type ApiError } from '../../connection/api';
import type * as wire from '../../wire';
import type { GraderApi } from '../api';
import { Model } from '../model';
import type { IReport } from '../records';
import { eventOf, merged, pastesOf, type IEvent } from './events';
import { countUpTo, History } from './history';
import { momentAt, type IMoment } from './moment';
import { Playback } from './playback';
import { advance, type IPace } from './player';
import { closedAt, lastAsked, questionsOf, type IAsked } from './questions';

/** One session as a film: its code and what happened, at a moment that the grader chooses. Times in ms. */
export class TimelineModel extends Model {
  constructor(
    private readonly _api: GraderApi,
    readonly session: wire.SessionOut
  ) {
    super();
    this.start = Date.parse(session.created_at);
    this.end = this.position = Date.parse(session.ended_at ?? session.created_at);
  }

  readonly start: number;
  end: number;
  position: number;
  history = new History();
  events: readonly IEvent[] = [];
  questions: readonly IAsked[] = [];
  /** The event that was chosen, while the film stands at it. */
  chosen: IEvent | null = null;
  /** The document that is shown; null follows the candidate. */
  pinned: string | null = null;
  pace: IPace = { speed: 5, skipIdle: true };
  /** The whole history is here. */
  complete = false;
  problem: ApiError | null = null;

  /** Emitted when another moment is shown. */
  get moved(): ISignal<this, void> {
    return this._moved;
  }

  /** Load everything; the code as it was left is there first. */
  async load(): Promise<void> {
    this.problem = null;
    this.complete = false;
    this.history = new History();
    try {
      await Promise.all([this._loadEvents(), this._loadLatest()]);
      this._span();
      for await (const edits of this._api.replay(this.session.session_id)) {
        this.history.add(edits);
        this.stateChanged.emit();
      }
      this.complete = true;
      this.events = merged(this._happenings, pastesOf(this.history.steps));
      this._span();
    } catch (problem) {
      this.problem = asApiError(problem);
    }
    this.stateChanged.emit();
  }

  /** Tell what the report knows of the questions. */
  learn(report: IReport | null): void {
    this._report = report;
    this.questions = questionsOf(this._happenings, report);
    this.stateChanged.emit();
    this._moved.emit();
  }

  /** How many steps of the history are done. */
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

  /** The event that the film stands at, or the last one before. */
  get current(): IEvent | null {
    return this.chosen ?? this.events[countUpTo(this.events, ({ at }) => at, this.position) - 1] ?? null;
  }

  seek(time: number, chosen: IEvent | null = null): void {
    this._sought = true;
    this.chosen = chosen;
    this.position = Math.min(this.end, Math.max(this.start, time));
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

  private async _loadEvents(): Promise<void> {
    const recorded = await this._api.happenings(this.session.session_id);
    this._happenings = recorded.map(eventOf);
    this.events = this._happenings;
    this.questions = questionsOf(this.events, this._report);
  }

  private async _loadLatest(): Promise<void> {
    const { session_id, counts } = this.session;
    if (counts.snapshots > 0) {
      this._latest = await this._api.snapshot(session_id, counts.snapshots);
    }
  }

  /** From the first to the last moment of what is loaded. */
  private _span(): void {
    const last = Math.max(this.events.at(-1)?.at ?? 0, this.history.steps.at(-1)?.at ?? 0);
    this.end = Math.max(this.start + 1, this.end, last);
    this._moments = [...this.history.steps, ...this.events].map(({ at }) => at).sort((one, other) => one - other);
    if (!this._sought) {
      this.position = this.end;
    }
    this._moved.emit();
  }

  private readonly _moved = new Signal<this, void>(this);
  private readonly _playback = new Playback();
  private _happenings: readonly IEvent[] = [];
  private _latest: wire.SnapshotOut | null = null;
  private _moments: readonly number[] = [];
  private _report: IReport | null = null;
  /** The grader has chosen a moment; before that it is the end. */
  private _sought = false;
}
