import { VDomModel } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';

import { ApiError, type Api } from '../connection/api';
import { ClientSession } from '../connection/clientSession';
import type { Received } from '../connection/socket';
import type { Documents } from '../watchers/documents';
import { unhighlight } from '../watchers/highlight';
import { Recorder } from '../watchers/recorder';
import type * as wire from '../wire';
import { openQuestion, type Conversation, type IAnswer, type IExchange } from './conversation';
import { Dialogue } from './dialogue';
import { Enquiries } from './enquiries';
import { Contesting } from './contesting';
import { Joining } from './joining';
import type { Memory } from './memory';
import { Regions } from './regions';
import { onTheWire } from './slots';
import { hasStarter } from './starter';

/**
 * `opening`: it is not known yet whether there is a session to resume. `joining`: of which assessment, is to be said.
 * `consent`: nothing was sent yet. `live`: code is recorded. `finishing`: the report is written.
 */
export type Stage = 'opening' | 'joining' | 'consent' | 'live' | 'finishing' | 'ended';

/** The candidate's session: what the panel shows and what its buttons do. */
export class CandidateModel extends VDomModel {
  constructor(
    readonly documents: Documents,
    private readonly _api: Api,
    readonly memory: Memory,
    service = '',
    byCode = true
  ) {
    super();
    this.joining = new Joining(_api, service, byCode);
    this.joining.changed.connect(() => this.stateChanged.emit());
    this.enquiries = new Enquiries(_api);
    this.enquiries.changed.connect(() => this.stateChanged.emit());
    this.contesting = new Contesting(_api);
    this.contesting.changed.connect(() => this.stateChanged.emit());
    documents.changed.connect(this._onDocuments, this);
  }

  readonly enquiries: Enquiries;
  readonly joining: Joining;
  /** The candidate's contests of scores, after the end. */
  readonly contesting: Contesting;
  /** The assessment that the candidate chose among those to which they are invited. */
  chosen: wire.OwnInvitation | null = null;
  stage: Stage = 'opening';
  /** The session from before a reload is being resumed. */
  resuming = false;
  /** The documents that were recorded before the reload. */
  remembered: readonly string[] = [];
  session: wire.SessionOut | null = null;
  /** The session in the last welcome of the server. */
  outline: wire.SessionOutline | null = null;
  /** The session of a link, which alone may be begun here. */
  invitation: string | null = null;
  /** The regions of its questions; null before the candidate agreed. */
  regions: Regions | null = null;
  /** The code of an error to show. */
  problem: string | null = null;
  busy = false;
  /** The last questions before the end, and how many are left; null before. */
  closing: { left: number | null } | null = null;
  /** The candidate has finished, and the server has not answered yet. */
  finishSent = false;
  /** Server time minus the time of this computer, ms. */
  clockOffset = 0;

  get clientSession(): ClientSession | null {
    return this._clientSession;
  }

  /** Makes messages of the documents; null before the candidate agreed. */
  get recorder(): Recorder | null {
    return this._recorder;
  }

  /** Oldest first; empty before the candidate agreed. */
  get conversation(): Conversation {
    return this._dialogue?.conversation ?? [];
  }

  get question(): IExchange | null {
    const writes = this.stage === 'live' && this._clientSession?.keeping !== 'elsewhere';
    return writes ? openQuestion(this.conversation) : null;
  }

  /** Does a question or a choice between two texts wait for the candidate? */
  get waits(): boolean {
    return this.question !== null || (this._recorder?.lost ?? null) !== null;
  }

  /** Resume the session from before a reload, or show the first screen of the invited one. */
  async begin(invited: string | null): Promise<void> {
    const kept = await this.memory.recall();
    this.invitation = invited;
    this.resuming = kept !== null && (invited === null || invited === kept.session);
    this.remembered = this.resuming ? kept!.documents : [];
    this.stateChanged.emit();
    if (kept !== null && this.resuming) {
      await this._resume(kept.session, kept.documents);
    } else if (invited !== null) {
      await this._invite(invited);
    } else {
      await this._first();
    }
    void this.enquiries.askHealth();
  }

  /** Begin an assessment to which the candidate is invited, or go on with it. */
  async choose(invitation: wire.OwnInvitation): Promise<void> {
    this.chosen = invitation;
    void this.enquiries.askHealth();
    if (invitation.session_id === null) {
      this._move('consent');
    } else {
      await this._invite(invitation.session_id);
    }
  }

  /** Has the access to the service ended? */
  get mustJoin(): boolean {
    const reason = this._clientSession?.keeping === 'refused' ? this._clientSession.socket.reason : this.problem;
    return this.joining.service !== '' && reason === 'not_joined';
  }

  /** The candidate has joined again: go on where they were. */
  async again(): Promise<void> {
    if (this._clientSession !== null) {
      this._clientSession.connect();
    } else {
      await this.begin(this.invitation);
    }
  }

  /** The candidate agrees: from now on the documents are recorded. `begin` opens the code to begin with. */
  async agree(
    paths: readonly string[],
    begin: ((assessment: wire.AssessmentPart) => Promise<void>) | null = null
  ): Promise<void> {
    await this._agree(paths);
    const assessment = this.session?.assessment;
    if (this.problem === null && this.chosen !== null && assessment && begin !== null && hasStarter(assessment)) {
      await begin(assessment);
    }
  }

  private async _agree(paths: readonly string[]): Promise<void> {
    await this._try(async () => {
      this.session ??= await this._api.begin(this._key, this.chosen?.assessment_id, this.chosen?.consent_sha256);
      await this.memory.keep({ session: this.session.session_id, documents: paths });
      const clientSession = await this._openSession(this.session);
      clientSession.post({
        message_type: 'activity',
        kind: 'consent',
        detail: { protocol: 1, documents: paths.join('\n') }
      });
      paths.forEach(path => this.documents.add(path));
      clientSession.connect();
    });
  }

  /** Record documents that are being opened. */
  async open(opening: () => Promise<readonly string[]>): Promise<void> {
    await this._try(async () => (await opening()).forEach(path => this.documents.add(path)));
  }

  /** Where the candidate reads the report. */
  get reportUrl(): string | null {
    return this.session && this._api.reportUrl(this.session.session_id);
  }

  async answer(exchange: IExchange, answer: IAnswer): Promise<void> {
    const { id } = exchange;
    await this.recorder?.flush();
    this._clientSession?.post({
      message_type: 'response_submitted',
      interaction_id: id,
      ...onTheWire(exchange, answer, this._features)
    });
    await this.memory.dropDrafts(exchange);
    unhighlight();
    this._dialogue?.answer(id, answer);
  }

  async defer(id: string): Promise<void> {
    await this.recorder?.flush();
    this._clientSession?.post({ message_type: 'defer_question', interaction_id: id });
    unhighlight();
    this._dialogue?.defer(id);
  }

  /** The candidate is done. Before the end they are asked what is missing, unless they are already. */
  async finish(): Promise<void> {
    await this.recorder?.flush();
    this._clientSession?.post(this.closing ? { message_type: 'finish' } : { message_type: 'finish', closing: true });
    this.finishSent = true;
    this.stateChanged.emit();
  }

  /** The candidate does not agree, or goes back: nothing has begun. */
  async decline(): Promise<void> {
    const asked = this.chosen?.consent_sha256 != null;
    await this.leave();
    if (asked) {
      this.problem = 'declined';
      this.stateChanged.emit();
    }
  }

  /** Leave an ended session. */
  async leave(): Promise<void> {
    this._stop();
    this.session = null;
    this.documents.clear();
    await this.memory.forget();
    this._dialogue = null;
    this.problem = this.regions = this.enquiries.result = null;
    this.invitation = this.chosen = null;
    this._key = UUID.uuid4();
    await this._first();
  }

  override dispose(): void {
    this._stop();
    this.documents.dispose();
    super.dispose();
  }

  /** The first screen: what to join where there is a service, else the consent of an open session. */
  private async _first(): Promise<void> {
    if (this.joining.service === '') {
      this._move('consent');
      return;
    }
    this._move('joining');
    await this.joining.load();
  }

  private async _invite(id: string): Promise<void> {
    await this._try(async () => {
      this.session = await this._api.session(id);
      this._move(goesOn(this.session.status) ? 'consent' : this.session.status);
    });
  }

  private async _resume(id: string, documents: readonly string[]): Promise<void> {
    await this._try(async () => {
      this.session = await this._api.session(id);
      const clientSession = await this._openSession(this.session);
      documents.forEach(path => this.documents.add(path));
      clientSession.connect();
      await this._dialogue?.remember();
    });
    if (this.problem === 'not_found') {
      await this.leave();
      this.problem = 'not_found';
      this.stateChanged.emit();
    }
  }

  private async _openSession(session: wire.SessionOut): Promise<ClientSession> {
    const clientSession = await ClientSession.open(this._api, session.session_id, this.memory.database);
    this._clientSession = clientSession;
    this.regions = new Regions(this._api, session.session_id);
    this._dialogue = new Dialogue(this._api, session.session_id, clientSession.outbox);
    this._dialogue.changed.connect(() => this.stateChanged.emit());
    clientSession.socket.welcomed.connect(this._onWelcome, this);
    clientSession.received.connect(this._onReceived, this);
    clientSession.refused.connect(this._onRefused, this);
    clientSession.keepingChanged.connect(() => this._onKeeping(clientSession));
    this._recorder = new Recorder(this.documents, clientSession.outbox, message => clientSession.post(message));
    clientSession.resumed.connect(() => this._recorder?.refresh());
    this._recorder.changed.connect(() => this.stateChanged.emit());
    this._move(session.status);
    return clientSession;
  }

  private _stop(): void {
    this._recorder?.dispose();
    this._clientSession?.dispose();
    this._recorder = null;
    this._clientSession = null;
  }

  private _onWelcome(_: unknown, welcome: wire.Welcome): void {
    this.clockOffset = Date.parse(welcome.server_time) - Date.now();
    this.problem = null;
    this.outline = welcome.session;
    this._features = new Set(welcome.features);
    this.closing = welcome.session.status === 'closing' ? (this.closing ?? { left: null }) : null;
    if (!goesOn(welcome.session.status)) {
      this._move(welcome.session.status);
    }
    this._dialogue?.welcome(welcome.open_questions);
  }

  private _onReceived(_: unknown, message: Received): void {
    if (message.message_type === 'session_state' || message.message_type === 'report_ready') {
      this._onState(message);
    } else if (message.message_type === 'resync') {
      void this._dialogue?.remember();
    }
    this._dialogue?.take(message);
  }

  private _onState(message: wire.SessionState | wire.ReportReady): void {
    const status = message.message_type === 'report_ready' ? 'ended' : message.status;
    const left = message.message_type === 'session_state' ? (message.questions_left ?? null) : null;
    this.closing = status === 'closing' ? { left } : null;
    this.finishSent = false;
    this._move(status as wire.SessionStatus);
  }

  private _onRefused(_: unknown, error: wire.ErrorMessage): void {
    this.problem = error.code;
    if (error.code === 'session_ended') {
      this._move('ended');
    }
    void this._dialogue?.remember();
  }

  private _onKeeping(clientSession: ClientSession): void {
    if (clientSession.keeping === 'ended') {
      this._move('ended');
    }
    this.stateChanged.emit();
  }

  private _onDocuments(): void {
    if (this.session !== null && this._clientSession !== null) {
      void this.memory.keep({ session: this.session.session_id, documents: this.documents.paths });
    }
    this.stateChanged.emit();
  }

  private _move(stage: Stage | wire.SessionStatus): void {
    this.stage = goesOn(stage) ? 'live' : stage;
    if (this.stage !== 'live') {
      unhighlight();
    }
    if (this.stage === 'ended' && this.session !== null) {
      this.documents.clear();
      void this.enquiries.askResult(this.session.session_id);
      void this.contesting.load(this.session.session_id);
    }
    this.stateChanged.emit();
  }

  /** The text has changed since it was shown: show the new one. */
  private _learnConsent({ consent_text: text, consent_sha256: digest }: ApiError['detail']): void {
    if (this.chosen !== null && typeof text === 'string' && typeof digest === 'string') {
      this.chosen = { ...this.chosen, consent_text: text, consent_sha256: digest };
    }
  }

  private async _try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.problem = null;
    this.stateChanged.emit();
    try {
      await work();
    } catch (problem) {
      this.problem = problem instanceof ApiError ? problem.code : 'unexpected';
      if (problem instanceof ApiError && problem.code === 'consent_needed') {
        this._learnConsent(problem.detail);
      }
    }
    this.busy = false;
    this.stateChanged.emit();
  }

  private _clientSession: ClientSession | null = null;
  private _recorder: Recorder | null = null;
  private _dialogue: Dialogue | null = null;
  private _key = UUID.uuid4();
  /** The features of the server beyond protocol 1. */
  private _features: ReadonlySet<string> = new Set();
}

/** Code is recorded and questions are answered: also in the closing round. */
function goesOn(status: Stage | wire.SessionStatus): status is 'active' | 'closing' {
  return status === 'active' || status === 'closing';
}
