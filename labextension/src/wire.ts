// Made by scripts/generate_wire_types.py from codeassess_core/messages.py and codeassess_ext/resources.py.
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

/** What an answer was worth, 0 to 10. `needs_review`: provisional until a person decides. */
export interface EvaluationResult {
  message_type: "evaluation_result";
  interaction_id: string;
  evaluation: string;
  score: number;
  needs_review?: true | null;
}

/** The candidate is done: the same as asking for the report. */
export interface Finish {
  message_type: "finish";
  seq?: number | null;
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

/** A message is missing: send again from `expected`. */
export interface Nack {
  message_type: "nack";
  expected: number;
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

/** A session. */
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
  assessment?: AssessmentPart | null;
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

/** The answer to hello: where the session stands. */
export interface Welcome {
  message_type: "welcome";
  protocol?: number;
  session: Record<string, unknown>;
  acked_seq: number;
  head_event_seq: number;
  epoch: string;
  limits: Record<string, number>;
  server_time: string;
  open_questions: Array<Record<string, unknown>>;
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
