import { VDomModel } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';

import { ApiError, type Api } from '../connection/api';
import { Sitting } from '../connection/sitting';
import type { Received } from '../connection/socket';
import type { Documents } from '../watchers/documents';
import type { IPlace } from '../watchers/excerpt';
import { unhighlight } from '../watchers/highlight';
import { Recorder } from '../watchers/recorder';
import type * as wire from '../wire';
import {
  answered,
  asked,
  deferred,
  openQuestion,
  pending,
  remember,
  REMEMBERED,
  take,
  type Conversation,
  type IExchange
} from './conversation';
import type { Memory } from './memory';

/** `consent`: nothing was sent yet. `live`: code is recorded. `finishing`: the report is written. */
export type Stage = 'consent' | 'live' | 'finishing' | 'ended';

/** The candidate's session: what the panel shows and what its buttons do. */
export class CandidateModel extends VDomModel {
  constructor(
    readonly documents: Documents,
    private readonly _api: Api,
    private readonly _memory: Memory
  ) {
    super();
    documents.changed.connect(this._onDocuments, this);
  }

  stage: Stage = 'consent';
  session: wire.SessionOut | null = null;
  /** What the server said of the session when it last welcomed this page. */
  outline: wire.SessionOutline | null = null;
  /** The session of a link, which alone may be begun here. */
  invitation: string | null = null;
  /** Who asks and where the record lies; null until the server has told. */
  health: wire.Health | null = null;
  conversation: Conversation = [];
  /** The code of an error that the candidate should know of. */
  problem: string | null = null;
  busy = false;
  /** Server time minus the time of this computer, ms. */
  clockOffset = 0;

  get sitting(): Sitting | null {
    return this._sitting;
  }

  /** What turns the documents into messages; null before the candidate agreed. */
  get recorder(): Recorder | null {
    return this._recorder;
  }

  get question(): IExchange | null {
    return this.stage === 'live' ? openQuestion(this.conversation) : null;
  }

  /** Something waits for the candidate: a question, or the choice between two texts. */
  get waits(): boolean {
    return this.question !== null || (this._recorder?.lost ?? null) !== null;
  }

  /** Go on with the session of before a reload, or show the first screen of the invited one. */
  async begin(invited: string | null): Promise<void> {
    const kept = await this._memory.recall();
    if (kept !== null && (invited === null || invited === kept.session)) {
      await this._resume(kept.session, kept.documents);
    } else if (invited !== null) {
      await this._invite(invited);
    }
    void this._askHealth();
  }

  /** The candidate agrees: from now on the documents are recorded. */
  async agree(paths: readonly string[]): Promise<void> {
    await this._try(async () => {
      this.session ??= await this._api.begin(this._key);
      await this._memory.keep({ session: this.session.session_id, documents: paths });
      const sitting = await this._sit(this.session);
      sitting.post({ message_type: 'activity', kind: 'consent', detail: { protocol: 1, documents: paths.join('\n') } });
      paths.forEach(path => this.documents.add(path));
      sitting.connect();
    });
  }

  /** Record a document that is being opened. */
  async open(opening: () => Promise<string>): Promise<void> {
    await this._try(async () => this.documents.add(await opening()));
  }

  /** Where the candidate reads the report, when the assessment shows it. */
  get reportUrl(): string | null {
    return this.session?.assessment?.show_report ? this._api.reportUrl(this.session.session_id) : null;
  }

  async answer(id: string, text: string): Promise<void> {
    await this.recorder?.flush();
    this._sitting?.post({ message_type: 'response_submitted', interaction_id: id, response: text });
    await this._memory.keepDraft(id, '');
    unhighlight();
    this._converse(answered(this.conversation, id, text));
  }

  async defer(id: string): Promise<void> {
    await this.recorder?.flush();
    this._sitting?.post({ message_type: 'defer_question', interaction_id: id });
    unhighlight();
    this._converse(deferred(this.conversation, id));
  }

  async finish(): Promise<void> {
    await this.recorder?.flush();
    this._sitting?.post({ message_type: 'finish' });
    this._move('finishing');
  }

  /** Close the book on an ended session. */
  async leave(): Promise<void> {
    this._stop();
    this.session = null;
    this.documents.clear();
    await this._memory.forget();
    this.conversation = [];
    this.problem = null;
    this._key = UUID.uuid4();
    this._move('consent');
  }

  draft(id: string): Promise<string> {
    return this._memory.draft(id);
  }

  keepDraft(id: string, text: string): void {
    void this._memory.keepDraft(id, text);
  }

  /** The code that a question is about, as it was. */
  async place(exchange: IExchange): Promise<IPlace | null> {
    const { place } = exchange;
    if (place === null || this.session === null) {
      return null;
    }
    this._places[place.snapshot] ??= this._api.snapshot(this.session.session_id, place.snapshot);
    try {
      const { code } = await this._places[place.snapshot];
      return { path: place.document, code, startLine: place.start_line, endLine: place.end_line };
    } catch {
      delete this._places[place.snapshot]; // offline: asked again the next time
      return null;
    }
  }

  override dispose(): void {
    this._stop();
    this.documents.dispose();
    super.dispose();
  }

  private async _invite(id: string): Promise<void> {
    this.invitation = id;
    await this._try(async () => {
      this.session = await this._api.session(id);
      this.stage = this.session.status === 'active' ? 'consent' : this.session.status;
    });
  }

  private async _resume(id: string, documents: readonly string[]): Promise<void> {
    await this._try(async () => {
      this.session = await this._api.session(id);
      const sitting = await this._sit(this.session);
      documents.forEach(path => this.documents.add(path));
      sitting.connect();
      await this._remember();
    });
    if (this.problem === 'not_found') {
      await this.leave();
      this.problem = 'not_found';
      this.stateChanged.emit();
    }
  }

  private async _sit(session: wire.SessionOut): Promise<Sitting> {
    const sitting = await Sitting.open(this._api, session.session_id, this._memory.database);
    this._sitting = sitting;
    sitting.socket.welcomed.connect(this._onWelcome, this);
    sitting.received.connect(this._onReceived, this);
    sitting.refused.connect(this._onRefused, this);
    sitting.keepingChanged.connect(() => this._onKeeping(sitting));
    this._recorder = new Recorder(this.documents, sitting.outbox, message => sitting.post(message));
    sitting.resumed.connect(() => this._recorder?.refresh());
    this._recorder.changed.connect(() => this.stateChanged.emit());
    this.stage = session.status === 'active' ? 'live' : session.status;
    return sitting;
  }

  private _stop(): void {
    this._recorder?.dispose();
    this._sitting?.dispose();
    this._recorder = null;
    this._sitting = null;
  }

  private _onWelcome(_: unknown, welcome: wire.Welcome): void {
    this.clockOffset = Date.parse(welcome.server_time) - Date.now();
    this.problem = null;
    this.outline = welcome.session;
    if (welcome.session.status !== 'active') {
      this._move(welcome.session.status);
    }
    this._converse(welcome.open_questions.reduce(asked, this.conversation));
  }

  private _onReceived(_: unknown, message: Received): void {
    if (message.message_type === 'session_state' || message.message_type === 'report_ready') {
      this._move(message.message_type === 'report_ready' ? 'ended' : (message.status as wire.SessionStatus));
    } else if (message.message_type === 'resync') {
      void this._remember();
    }
    const conversation = take(this.conversation, message);
    if (conversation !== this.conversation) {
      this._converse(conversation); // most messages acknowledge what was typed: nothing to draw
    }
  }

  private _onRefused(_: unknown, error: wire.ErrorMessage): void {
    this.problem = error.code;
    if (error.code === 'session_ended') {
      this._move('ended');
    }
    void this._remember();
  }

  private _onKeeping(sitting: Sitting): void {
    if (sitting.keeping === 'ended') {
      this._move('ended');
    }
    this.stateChanged.emit();
  }

  private _onDocuments(): void {
    if (this.session !== null && this._sitting !== null) {
      void this._memory.keep({ session: this.session.session_id, documents: this.documents.paths });
    }
    this.stateChanged.emit();
  }

  /** Read the candidate's own part of the conversation from the record. */
  private async _remember(): Promise<void> {
    if (this.session !== null) {
      try {
        const record = await this._api.interactions(this.session.session_id, REMEMBERED);
        this._converse(remember(this.conversation, record));
      } catch {
        // Offline: the next connection tells what is open, the next reload the rest.
      }
    }
  }

  private async _askHealth(): Promise<void> {
    try {
      this.health = await this._api.health();
    } catch {
      this.health = null;
    }
    this.stateChanged.emit();
  }

  private _converse(conversation: Conversation): void {
    const waiting = this._sitting?.outbox.entries.map(entry => entry.message) ?? [];
    this.conversation = pending(conversation, waiting);
    this.stateChanged.emit();
  }

  private _move(stage: Stage | wire.SessionStatus): void {
    this.stage = stage === 'active' ? 'live' : stage;
    if (this.stage !== 'live') {
      unhighlight();
    }
    if (this.stage === 'ended') {
      this.documents.clear();
    }
    this.stateChanged.emit();
  }

  private async _try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.problem = null;
    this.stateChanged.emit();
    try {
      await work();
    } catch (problem) {
      this.problem = problem instanceof ApiError ? problem.code : 'unexpected';
    }
    this.busy = false;
    this.stateChanged.emit();
  }

  private _sitting: Sitting | null = null;
  private _recorder: Recorder | null = null;
  private _key = UUID.uuid4();
  private _places: Record<number, Promise<wire.SnapshotOut>> = {};
}
