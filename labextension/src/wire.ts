// Made by scripts/generate_wire_types.py from codeassess_core/messages.py, codeassess_core/reports/body.py and
// codeassess_ext/resources.py.
// Do not edit: change the Python classes and run the script.

export const PROTOCOL_VERSION = 1;

export const MAX_FRAME_BYTES = 2621440;

export const MAX_DOCUMENT_BYTES = 1048576;

export const MAX_RESPONSE_CHARACTERS = 20000;

/** All messages up to `seq` are stored. */
export interface Ack {
  message_type: "ack";
  seq: number;
}

/** Something the editor saw besides text: a run, a test result, focus, a file opened. */
export interface Activity {
  message_type: "activity";
  kind: string;
  detail?: Record<string, string | boolean | number | null>;
  seq?: number | null;
}

/** What a candidate may know of the assessment. */
export interface AssessmentPart {
  assessment_id: string;
  version: number;
  title: string;
  instructions: string;
  starter_code: string;
  language: string;
  time_limit: number | null;
  show_report: boolean;
}

/** What made the code change, as the editor reports it (a hint, never trusted for a score). */
export type Cause = "typing" | "paste" | "cut" | "undo" | "run" | "save" | "open" | "other";

/**
 * The candidate's code: whole (`code`), or as `changes` to the document's last text, one after the other.
 *
 * `sha256`, when sent, is of the UTF-8 of the whole text after the update.
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

/** How much is recorded. */
export interface Counts {
  interactions: number;
  snapshots: number;
  questions: number;
}

/** The verdict on one criterion with its evidence and what it brought to the score. */
export interface CriterionPart {
  criterion: string;
  verdict: string;
  quote: string;
  verified: boolean;
  reason: string;
  weight: number;
  points: number;
  max_points: number;
}

/** Whether to ask, and why: up to this snapshot. */
export interface DecisionOut {
  snapshot: number;
  asked: boolean;
  rule: string;
  reason: string;
  changed_lines: number | null;
  created_at: string;
  question_id: string | null;
}

/** "Not now": the question is closed and the cool-down begins. */
export interface DeferQuestion {
  message_type: "defer_question";
  interaction_id: string;
  seq?: number | null;
}

/** Which text an update is about. */
export interface Document {
  uri?: string;
  version?: number | null;
  language?: string | null;
}

/** Every error of the API. */
export interface Error {
  error: ErrorBody;
}

/** What was wrong: a stable code, a sentence, and particulars. */
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

/** An answer could not be evaluated; a person will. */
export interface EvaluationFailed {
  message_type: "evaluation_failed";
  interaction_id: string;
  reason: string;
}

/** What an answer was worth, and why. */
export interface EvaluationPart {
  text: string;
  score: number;
  max: number;
  confidence: number;
  needs_review: boolean;
  criteria: Array<CriterionPart>;
  flags: Array<string>;
  evaluated_at: string;
  provenance: ProvenancePart;
}

/** What an answer was worth, 0 to 10. `needs_review`: provisional until a person decides. */
export interface EvaluationResult {
  message_type: "evaluation_result";
  interaction_id: string;
  evaluation: string;
  score: number;
  needs_review?: true | null;
}

/** The code that a question is about, as it was then. */
export interface ExcerptPart {
  code: string;
  start_line: number;
}

/** The candidate is done: the same as asking for the report. */
export interface Finish {
  message_type: "finish";
  seq?: number | null;
}

/** What a grader should know of a session before they open it. */
export type Flag = "paste" | "instructions_to_examiner" | "evaluation_failed";

/** How far a session is graded; `score` and `provisional` are those of the newest report version. */
export interface GradingOut {
  score: number | null;
  provisional: boolean | null;
  answered: number;
  waiting_for_review: number;
  flags: Array<Flag>;
}

/** The state of each part, "ok" or a sentence, and of the whole. */
export interface Health {
  status: string;
  version: string;
  mode: string;
  examiner: string;
  parts: Record<string, string>;
}

/** The first message of a client that speaks protocol 1. */
export interface Hello {
  message_type: "hello";
  protocol: number;
  client_id: string;
  last_event_seq?: number;
  epoch?: string | null;
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

/** Both ends are included. */
export interface LinesPart {
  start: number;
  end: number;
}

/** A message is missing: send again from `expected`. */
export interface Nack {
  message_type: "nack";
  expected: number;
}

/** The score of the session, computed by `scoring.overall`. */
export interface OverallPart {
  score: number | null;
  with_waiting: number | null;
  provisional: boolean;
  counted: number;
  waiting: number;
  failed: number;
  reviewed?: number;
  explanation: string;
}

/** What code chose for a question before it was written (docs/examiner.md). */
export interface PlanPart {
  kind: string;
  difficulty: string;
  reason: string;
  follows?: string | null;
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
  response: string | null;
  responded_at: string | null;
  seconds_to_answer: number | null;
  evaluation: EvaluationPart | null;
  failure: string | null;
  reviews?: Array<ReviewPart>;
  final_score?: number | null;
}

/** The report is stored. */
export interface ReportReady {
  message_type: "report_ready";
  session_id: string;
}

/** The candidate's answer to an open question. */
export interface ResponseSubmitted {
  message_type: "response_submitted";
  interaction_id: string;
  response: string;
  seq?: number | null;
}

/** Events cannot be replayed from where the client is: read the state over REST. */
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
}

/** A session. `grading` is there for graders and operators only. */
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
}

/** What an editor shows of its session. Times in seconds; a question that was put off counts as asked. */
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

/** The session moved on. */
export interface SessionState {
  message_type: "session_state";
  status: string;
}

/** The life of a session. */
export type SessionStatus = "active" | "finishing" | "ended";

/** A snapshot without its code. */
export interface SnapshotInfoOut {
  n: number;
  seq: number | null;
  document: string;
  sha256: string;
  bytes: number;
  created_at: string;
}

/** The candidate's code at one moment. */
export interface SnapshotOut {
  n: number;
  seq: number | null;
  document: string;
  sha256: string;
  bytes: number;
  created_at: string;
  code: string;
}

/** Where a retrieved passage comes from. Its text stays out: it may be a rubric note or a graded example. */
export interface SourcePart {
  source: string;
  score: number;
}

/**
 * A snapshot as an edit of the one before it of the same document (the first: of nothing).
 *
 * At `start`, `deleted` UTF-16 code units give way to `inserted`. `cause` is null for typing.
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

/** The answer to hello: where the session stands. */
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
}

/** `text` takes the place of `range`, or of everything when there is none. */
export interface WireChange {
  text: string;
  range?: WireRange | null;
}

/** A place in a text, as in LSP: line from 0, character in UTF-16 code units from 0. */
export interface WirePosition {
  line: number;
  character: number;
}

/** What lies between two places. */
export interface WireRange {
  start: WirePosition;
  end: WirePosition;
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
  | Ack
  | Nack
  | Resync
  | QuestionMessage
  | EvaluationResult
  | EvaluationFailed
  | ReportReady
  | SessionState
  | ErrorMessage;
