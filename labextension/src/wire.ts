// Made by scripts/generate_wire_types.py from codeassess_core/live, codeassess_core/reports/body.py and
// codeassess_ext/{resources,assessment_resources,audit_listing,contest_resources,people_resources,session_lists,
// signing_in}.py.
// Do not edit: change the Python classes and run the script.

export const PROTOCOL_VERSION = 1;

export const MAX_FRAME_BYTES = 2621440;

export const MAX_DOCUMENT_BYTES = 1048576;

export const MAX_RESPONSE_CHARACTERS = 20000;

export const MAX_SLOT_CHARACTERS = 2000;

/** The close codes of the protocol (docs/protocol.md). */
export const CloseCode = {
  SUPERSEDED: 4001,
  SLOW: 4008,
  DRAINING: 4012,
  RATE: 4029,
  BAD_FRAMES: 4400,
  CREDENTIAL: 4401,
  FORBIDDEN: 4403,
  UNKNOWN: 4404,
  ENDED: 4410,
} as const;

/** After a lower code a client connects again; after this one or a higher one it does not. */
export const FIRST_FINAL_CODE = 4400;

export const REPORT_FORMATS = ["json", "markdown", "html", "pdf"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const EXPORT_FORMATS = ["progsnap2", "jsonl"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** All messages up to `seq` are stored. */
export interface Ack {
  message_type: "ack";
  seq: number;
}

/** An event in the editor besides editing: a run, a test result, a change of focus, an opened file. */
export interface Activity {
  message_type: "activity";
  kind: string;
  detail?: Record<string, string | boolean | number | null>;
  seq?: number | null;
}

/**
 * An assessment in a list: without its files and materials, which are long.
 *
 * `phase` says whether a session may begin, by the server's clock: it is open, opens later, or is closed, by
 * somebody or by its time.
 */
export interface AssessmentListed {
  title: string;
  instructions?: string;
  starter_code?: string;
  language?: string;
  languages?: Array<string>;
  rubric?: Array<CriterionIn>;
  policy?: PolicyIn;
  question_kinds?: Array<"purpose" | "value" | "trace" | "edge_case" | "test" | "debugging" | "data" | "complexity" | "alternative" | "design">;
  difficulty?: Difficulty | null;
  time_limit?: number | null;
  opens_at?: string | null;
  closes_at?: string | null;
  show_report?: boolean;
  attempts?: number | null;
  feedback?: Feedback;
  graders?: Array<string>;
  consent?: string;
  integrity_signals?: boolean;
  verified?: boolean;
  assessment_id: string;
  version: number;
  status?: "open" | "closed";
  created_by: string;
  created_at: string;
  phase?: "open" | "not_yet_open" | "closed";
}

/** What a candidate may know of the assessment. `rubric` has its public criteria. */
export interface AssessmentPart {
  assessment_id: string;
  version: number;
  title: string;
  instructions: string;
  starter_code: string;
  language: string;
  time_limit: number | null;
  show_report: boolean;
  languages: Array<string>;
  files: Array<StarterFile>;
  rubric: Array<PublicCriterion>;
  consent: string;
  feedback: Feedback;
  attempts: number | null;
  closes_at: string | null;
  integrity_signals: boolean;
  verified: boolean;
}

/** One line: who did what to which object, from where, and what became of it. */
export interface AuditLineOut {
  id: string;
  created_at: string;
  last_at: string | null;
  count: number;
  action: string;
  person: string;
  role: string;
  object: string;
  object_id: string;
  session_id: string | null;
  outcome: string;
  via: string;
  address: string;
  detail: Record<string, unknown>;
}

/** What changed the code, as the editor reports it; only a hint, which no score depends on. */
export type Cause = "typing" | "paste" | "cut" | "undo" | "run" | "save" | "open" | "other";

/** What the question takes to be true, found by running code; `code` null is the code that the question is about. */
export interface ClaimPart {
  code: string | null;
  run: string;
  outcome: string;
  value: string;
  slot: string | null;
  line: number | null;
  name: string | null;
  values: Array<string>;
}

/**
 * The candidate's code: whole (`code`), or as `changes` of the document's last text, applied in order.
 *
 * `sha256`, when sent, is the hash of the whole text after the update, in UTF-8.
 */
export interface CodeUpdate {
  message_type: "code_update";
  code?: string | null;
  changes?: Array<WireChange> | null;
  seq?: number | null;
  document?: Document;
  cause?: Cause | null;
  sha256?: string | null;
}

/** That the candidate agreed to the assessment's text before the session began. */
export interface ConsentPart {
  agreed_at: string;
  version: number;
  sha256: string;
}

/** The review that decided a contest. `reviewer` is told to whoever may read the report. */
export interface ContestDecision {
  verdict: ReviewVerdict;
  score: number;
  reason: string | null;
  decided_at: string;
  reviewer: string | null;
}

/** A contested score: why, and what was decided; null while it waits for a person. */
export interface ContestOut {
  contest_id: string;
  question_id: string;
  reason: string;
  created_at: string;
  decision: ContestDecision | null;
}

/** The candidate contests the score of the answer. */
export interface ContestPart {
  contest_id: string;
  reason: string;
  created_at: string;
  review?: number | null;
}

/** The contests of a session, the oldest first; `until` is when the time for them ends, null: not possible now. */
export interface ContestsOut {
  items: Array<ContestOut>;
  next?: null;
  until: string | null;
}

/** How many there are. */
export interface Counts {
  interactions: number;
  snapshots: number;
  questions: number;
}

/** One line of a rubric. */
export interface CriterionIn {
  name: string;
  description: string;
  weight?: number;
  levels?: LevelsIn;
  public?: boolean;
}

/** The verdict on one criterion, its evidence, and its points. */
export interface CriterionPart {
  criterion: string;
  verdict: string;
  quote: string;
  verified: boolean;
  reason: string;
  weight: number;
  points: number;
  max_points: number;
  settled?: boolean;
  slot?: string | null;
}

/** A decision to ask or not, up to this snapshot. `number` counts the decisions of the session from 1. */
export interface DecisionOut {
  number: number;
  snapshot: number;
  moment: Moment;
  asked: boolean;
  rule: string;
  reason: string;
  changed_lines: number | null;
  created_at: string;
  question_id: string | null;
}

/** Not now: the question ends without an answer and the cool-down begins. */
export interface DeferQuestion {
  message_type: "defer_question";
  interaction_id: string;
  seq?: number | null;
}

/** How much of the code a question is about; a session goes from easy to hard. */
export type Difficulty = "easy" | "medium" | "hard";

/** The document of an update. */
export interface Document {
  uri?: string;
  version?: number | null;
  language?: string | null;
}

/** Where else somebody goes whom a JupyterHub knows. */
export interface Elsewhere {
  sign_out_url: string;
  lab_url: string;
}

/** Every error of the API. */
export interface Error {
  error: ErrorBody;
}

/** What was wrong: a stable code, a sentence, and details. */
export interface ErrorBody {
  code: string;
  message: string;
  detail?: Record<string, unknown>;
}

/** A message was refused. `ref` is its seq or interaction_id, when it had one. */
export interface ErrorMessage {
  message_type: "error";
  code: string;
  message: string;
  ref?: string | number | null;
  detail?: Record<string, unknown> | null;
}

/** An answer could not be evaluated; a person will do it. */
export interface EvaluationFailed {
  message_type: "evaluation_failed";
  interaction_id: string;
  reason: string;
}

/** The evaluation of one answer. */
export interface EvaluationPart {
  text: string;
  score: number;
  score_min: number;
  score_max: number;
  score_text: string;
  max: number;
  confidence: number;
  needs_review: boolean;
  criteria: Array<CriterionPart>;
  flags: Array<string>;
  evaluated_at: string;
  provenance: ProvenancePart;
}

/**
 * The evaluation of an answer, 0 to 10: `score` is an estimate between `score_min` and `score_max`.
 *
 * `needs_review`: the two ends differ, and a person has to decide. `score_text` is the score in words.
 */
export interface EvaluationResult {
  message_type: "evaluation_result";
  interaction_id: string;
  evaluation: string;
  score: number;
  needs_review?: true | null;
  score_min: number;
  score_max: number;
  score_text: string;
}

/** The code that a question is about, as it was when it was asked. */
export interface ExcerptPart {
  code: string;
  start_line: number;
}

/** What a candidate is told of an evaluation before the end of the session. */
export type Feedback = "full" | "covered" | "none";

/** A text file: its path below the folder, with slashes. */
export interface FileIn {
  path: string;
  text: string;
}

/**
 * The candidate is done: finish the session and write the report.
 *
 * With `closing`, the questions that are missing to the assessment's `min_questions` are asked first.
 */
export interface Finish {
  message_type: "finish";
  closing?: boolean;
  seq?: number | null;
}

/** What a list of sessions shows a grader of each. */
export type Flag = "paste" | "instructions_to_examiner" | "evaluation_failed";

/** How far a session is graded; the four about the score and `provisional` are of the newest report version. */
export interface GradingOut {
  score: number | null;
  score_min: number | null;
  score_max: number | null;
  score_text: string | null;
  provisional: boolean | null;
  answered: number;
  waiting_for_review: number;
  contested: number;
  reviewed_by_candidate: number;
  flags: Array<Flag>;
}

/** A code that works once, until `expires_at`, for the same candidate in another program. */
export interface HandOverOut {
  code: string;
  expires_at: string;
}

/** The state of each part, "ok" or a sentence, and of the whole. */
export interface Health {
  status: string;
  version: string;
  mode: string;
  examiner: string;
  parts: Record<string, string>;
}

/** The first message of a client that speaks protocol 1. With `take` it becomes the writer in place of another. */
export interface Hello {
  message_type: "hello";
  protocol: number;
  client_id: string;
  last_event_seq?: number;
  epoch?: string | null;
  take?: boolean;
}

/** One recorded thing; `payload` depends on the kind. */
export interface InteractionOut {
  interaction_id: string;
  seq: number;
  kind: string;
  client_seq: number | null;
  created_at: string;
  payload: Record<string, unknown>;
}

/** An invitation, and how far its person has come. */
export interface InvitationOut {
  invitation_id: string;
  person_id: string;
  name: string;
  group: string;
  state: InvitationState;
  expires_at: string;
  session_id: string | null;
}

/** How far an invited person has come, the furthest that is true. */
export type InvitationState = "invited" | "opened" | "joined" | "begun" | "finished" | "expired" | "revoked";

/** The new invitations; `kept` people have one that still counts, and keep its code. */
export interface InvitationsMade {
  items: Array<NewInvitationOut>;
  kept: number;
}

/** To what a code invites whom; `lab_url` is the JupyterLab for it, null where none is known. */
export interface InvitedTo {
  name: string;
  assessment_id: string;
  title: string;
  lab_url: string | null;
  begin_until: string;
  consent_text: string;
  consent_sha256: string | null;
}

/** What an answer is like that meets a criterion, meets it partly, or does not. */
export interface LevelsIn {
  met?: string;
  partly?: string;
  not?: string;
}

/** Both ends are included. */
export interface LinesPart {
  start: number;
  end: number;
}

/** Who is asking, as this server knows them. */
export interface Me {
  name: string;
  role: Role;
  tenant: string;
  mode: Mode;
  elsewhere?: Elsewhere | null;
}

/** Where the server runs. It is named in every report, because it decides what the record can prove. */
export type Mode = "embedded" | "service" | "upstream";

/** What caused a decision. */
export type Moment = "pause" | "run" | "save" | "closing";

/** A message is missing: send again from `expected`. */
export interface Nack {
  message_type: "nack";
  expected: number;
}

/** A new invitation. Its code is shown this once; `link` is null where `public_url` is not set. */
export interface NewInvitationOut {
  invitation_id: string;
  person_id: string;
  name: string;
  email: string;
  group: string;
  code: string;
  link: string | null;
  expires_at: string;
}

/** One answer that a choice offered, and why it is right or wrong. */
export interface OptionPart {
  text: string;
  reason: string;
}

/** The score of the session, computed by `scoring.overall`: each number is the mean over its answers. */
export interface OverallPart {
  score: number | null;
  score_min: number | null;
  score_max: number | null;
  answers: number;
  open: number;
  provisional: boolean;
  failed: number;
  reviewed?: number;
  score_text: string;
  explanation: string;
}

/** What a candidate is invited to. `time_limit` in seconds, with their extra time. */
export interface OwnInvitation {
  assessment_id: string;
  title: string;
  language: string;
  time_limit: number | null;
  state: InvitationState;
  begin_until: string;
  session_id: string | null;
  consent_text: string;
  consent_sha256: string | null;
}

/** All invitations of whoever asks, the newest first. */
export interface OwnInvitations {
  items: Array<OwnInvitation>;
}

/** Somebody on a roster. */
export interface PersonOut {
  person_id: string;
  name: string;
  email: string;
  group: string;
  extra_time: string;
}

/** What code chose for a question before it was written (docs/examiner.md). */
export interface PlanPart {
  kind: string;
  difficulty: string;
  reason: string;
  follows?: string | null;
}

/** Overrides of the trigger policy, in the units of the settings of the same names. */
export interface PolicyIn {
  min_code_change_lines?: number | null;
  min_code_change_statements?: number | null;
  min_time_between_interactions?: number | null;
  cool_down?: number | null;
  max_questions?: number | null;
  min_questions?: number | null;
  follow_ups?: boolean | null;
}

/** Who wrote one question, evaluation or summary (`model.Provenance`). */
export interface ProvenancePart {
  examiner: string;
  model: string;
  version: string;
  prompt_sha256: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  fallback_reason: string | null;
  plan?: PlanPart | null;
  spent_on?: string | null;
  samples?: number | null;
}

/** A public line of the rubric; `levels` says by verdict (met, partly, not) what such an answer is like. */
export interface PublicCriterion {
  name: string;
  description: string;
  weight: number;
  levels: Record<string, string>;
}

/** A question about the code just written. Lines are from 1, both ends included. */
export interface QuestionMessage {
  message_type: "question";
  interaction_id: string;
  question: string;
  kind: string;
  document: string;
  snapshot: number;
  start_line: number;
  end_line: number;
  slots?: Array<WireSlot> | null;
}

/** The evidence of one question. */
export interface QuestionPart {
  number: number;
  interaction_id: string;
  status: string;
  rule: string;
  kind: string;
  question: string;
  asked_at: string | null;
  snapshot: number;
  document: string;
  lines: LinesPart;
  excerpt: ExcerptPart;
  retrieved: Array<SourcePart>;
  provenance: ProvenancePart | null;
  slots?: Array<SlotPart>;
  claims?: Array<ClaimPart>;
  response: string | null;
  responded_at: string | null;
  seconds_to_answer: number | null;
  evaluation: EvaluationPart | null;
  failure: string | null;
  reviews?: Array<ReviewPart>;
  contest?: ContestPart | null;
  final_score?: number | null;
  score_min?: number | null;
  score_max?: number | null;
  score_text?: string | null;
}

/** The report is stored. */
export interface ReportReady {
  message_type: "report_ready";
  session_id: string;
}

/** The candidate's answer to an open question; `slots` has the answers to slots by their ids. */
export interface ResponseSubmitted {
  message_type: "response_submitted";
  interaction_id: string;
  response: string;
  slots?: Record<string, string>;
  seq?: number | null;
}

/** The events after the last one that the client has seen cannot be replayed: read the state over REST. */
export interface Resync {
  message_type: "resync";
  head_event_seq: number;
  epoch: string;
}

/** A person's decision on the score of one answer; the examiner's evaluation stays as it is. */
export interface ReviewPart {
  review_id: string;
  number: number;
  verdict: string;
  score: number;
  reason: string | null;
  reviewer: string;
  created_at: string;
  by_owner?: boolean;
}

/** What a person decides about an examiner's score. */
export type ReviewVerdict = "confirm" | "override";

/** The role of the holder of a credential. */
export type Role = "candidate" | "grader" | "teacher" | "operator";

/** What a roster changed. */
export interface RosterOut {
  new: number;
  changed: number;
  same: number;
}

/** The sessions of one assessment; without an id and a title: the open sessions. All numbers are of sessions. */
export interface SessionGroupOut {
  assessment_id: string | null;
  title: string | null;
  sessions: number;
  active: number;
  waiting: number;
  reviewed: number;
  contested: number;
  flagged: number;
}

/** A session. `grading` is there for graders and operators only; `deadline` is the end of its time limit. */
export interface SessionOut {
  session_id: string;
  status: SessionStatus;
  created_at: string;
  ended_at: string | null;
  owner: string;
  language: string;
  mode: string;
  assessment_id: string | null;
  assessment_version: number | null;
  acked_seq: number;
  head_event_seq: number;
  counts: Counts;
  title?: string | null;
  grading?: GradingOut | null;
  assessment?: AssessmentPart | null;
  deadline?: string | null;
}

/** What an editor shows of its session. Times in seconds; a deferred question counts as asked. */
export interface SessionOutline {
  session_id: string;
  status: SessionStatus;
  language: string;
  mode: string;
  created_at: string;
  questions_asked: number;
  max_questions: number;
  cool_down: number;
}

/** The status of the session has changed. `questions_left`: in the closing round, including the open question. */
export interface SessionState {
  message_type: "session_state";
  status: string;
  questions_left?: number | null;
}

/** The life of a session. */
export type SessionStatus = "active" | "closing" | "finishing" | "ended";

/** The kinds of slots; code can check their answers with certainty. */
export type SlotKind = "value" | "exception" | "lines" | "choice";

/** A part of a question whose answer code checks. */
export interface SlotPart {
  id: string;
  kind: string;
  label: string;
  options?: Array<OptionPart>;
  accepted: Array<string>;
  found: string;
  weight: number;
  answer?: string | null;
  right?: boolean | null;
}

/** A snapshot without its code. */
export interface SnapshotInfoOut {
  n: number;
  seq: number | null;
  document: string;
  sha256: string;
  bytes: number;
  created_at: string;
  language: string | null;
}

/** The candidate's code at one moment. */
export interface SnapshotOut {
  n: number;
  seq: number | null;
  document: string;
  sha256: string;
  bytes: number;
  created_at: string;
  language: string | null;
  code: string;
}

/** The source of a retrieved passage. Its text is left out: it may be a rubric note or a graded example. */
export interface SourcePart {
  source: string;
  score: number;
}

/** A file that the candidate begins with; the path is below a folder of the candidate's own, with slashes. */
export interface StarterFile {
  path: string;
  text: string;
}

/**
 * A snapshot as an edit of the one before it of the same document (the first: of nothing).
 *
 * At `start`, `inserted` replaces `deleted` UTF-16 code units. `cause` is null for typing.
 */
export interface StepOut {
  n: number;
  seq: number | null;
  document: string;
  created_at: string;
  start: number;
  deleted: number;
  inserted: string;
  cause: Cause | null;
}

/** The answer to hello, with the present state of the session. */
export interface Welcome {
  message_type: "welcome";
  protocol?: number;
  session: SessionOutline;
  acked_seq: number;
  head_event_seq: number;
  epoch: string;
  limits: Record<string, number>;
  server_time: string;
  open_questions: Array<QuestionMessage>;
  writer: WriterInfo;
  features?: Array<string>;
}

/** `text` replaces `range`, or the whole text when there is no range. */
export interface WireChange {
  text: string;
  range?: WireRange | null;
}

/** A position in a text, as in LSP: line from 0, character in UTF-16 code units from 0. */
export interface WirePosition {
  line: number;
  character: number;
}

/** The text between two positions. */
export interface WireRange {
  start: WirePosition;
  end: WirePosition;
}

/** A part of a question with its own answer field; a choice has `options`. Right answers stay on the server. */
export interface WireSlot {
  id: string;
  kind: SlotKind;
  label: string;
  options?: Array<string> | null;
}

/** To a connection that reads: another connection writes now, or nobody does. */
export interface WriterChanged {
  you: boolean;
  held: boolean;
  client_id?: string | null;
  since?: string | null;
  message_type: "writer";
}

/** Who writes in the session: this connection (`you`), another one (`held`), or nobody. */
export interface WriterInfo {
  you: boolean;
  held: boolean;
  client_id?: string | null;
  since?: string | null;
}

export type ClientMessage =
  | Hello
  | CodeUpdate
  | ResponseSubmitted
  | DeferQuestion
  | Activity
  | Finish;

export type ServerMessage =
  | Welcome
  | WriterChanged
  | Ack
  | Nack
  | Resync
  | QuestionMessage
  | EvaluationResult
  | EvaluationFailed
  | ReportReady
  | SessionState
  | ErrorMessage;
