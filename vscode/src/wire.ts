/** What the language server and this extension say to each other (docs/vscode.md). */

import type { SessionStatus, SlotKind } from './protocol';

export const PROTOCOL = 1;

export type Keeping =
  | 'idle'
  | 'connecting'
  | 'saved'
  | 'saving'
  | 'unsaved'
  | 'full'
  | 'offline'
  | 'elsewhere'
  | 'refused'
  | 'ended'
  /** Said by this extension alone: the language server has died and is left alone. */
  | 'dead';

export interface Problem {
  code: string;
  message: string;
  detail?: { uri?: string };
}

/** The state of the session. */
export interface State {
  keeping: Keeping;
  /** Messages that the session has not acknowledged. */
  waiting: number;
  problem: Problem | null;
  session: string | null;
  place: string | null;
  status: SessionStatus | null;
  /** Of the closing round, the open one included. */
  questionsLeft: number | null;
  /** The candidate is done, and the session has not answered yet. */
  finishSent: boolean;
  /** Another window wrote, and nobody does any more. */
  free: boolean;
  title: string;
  instructions: string;
  /** ISO 8601. */
  deadline: string | null;
  /** The uris of the files in the session. */
  documents: string[];
  /** The report is written, and this candidate may read it. */
  report: boolean;
  /** A session that was named at start and that the candidate has not agreed to yet. */
  offered: string | null;
}

/** Lines of a document as it is now, from 0, both ends included. */
export interface Spot {
  uri: string;
  start: number;
  end: number;
}

/** A part of a question with an answer of its own. */
export interface Slot {
  id: string;
  kind: SlotKind;
  label: string;
  /** Of a choice. */
  options: string[];
}

/** A question and what became of it. */
export interface Question {
  id: string;
  question: string;
  kind: string;
  document: string;
  /** Lines from 1, both ends included, when it was asked. */
  startLine: number;
  endLine: number;
  slots: Slot[];
  /** `closed`: the session did not take the answer. */
  state: 'open' | 'answered' | 'evaluated' | 'failed' | 'deferred' | 'closed';
  answer: string | null;
  draft: string | null;
  evaluation: string | null;
  score: number | null;
  /** The score in words; null of evaluations before there were any. */
  scoreText: string | null;
  needsReview: boolean;
  reason: string | null;
  spot: Spot | null;
  /** What was put into the slots so far, by their ids; only this extension knows it. */
  given?: Readonly<Record<string, string>>;
}

/** What came of a code. The credential itself stays with the language server. */
export interface Redeemed {
  server: string;
  candidate: string;
  assessmentId: string;
  title: string;
  /** The name of the folder for the files of the task. */
  folder: string;
  /** The session that was begun before. */
  session: string | null;
  /** In seconds, the candidate's own. */
  timeLimit: number | null;
}

/** The files of the task: the uris of those that are there now, and what was not written. */
export interface Starter {
  files: string[];
  kept: string[];
  refused: { path: string; problem: string }[];
}

export interface Status {
  protocol: number;
  state: State;
  questions: Question[];
}

export type Mode = 'remote' | 'embedded';

export const IDLE: State = {
  keeping: 'idle',
  waiting: 0,
  problem: null,
  session: null,
  place: null,
  status: null,
  questionsLeft: null,
  finishSent: false,
  free: false,
  title: '',
  instructions: '',
  deadline: null,
  documents: [],
  report: false,
  offered: null
};
