/** What the language server and this extension say to each other (docs/vscode.md). */

export const PROTOCOL = 1;

export type Keeping =
  | 'idle'
  | 'connecting'
  | 'saved'
  | 'saving'
  | 'unsaved'
  | 'offline'
  | 'elsewhere'
  | 'refused'
  | 'ended'
  /** Said by this extension alone: the language server has died and is left alone. */
  | 'dead';

export interface Problem {
  code: string;
  message: string;
}

/** How things stand. */
export interface State {
  keeping: Keeping;
  /** Messages that the session has not acknowledged. */
  waiting: number;
  problem: Problem | null;
  session: string | null;
  place: string | null;
  status: 'active' | 'finishing' | 'ended' | null;
  title: string;
  instructions: string;
  /** ISO 8601. */
  deadline: string | null;
  /** The uris of the files in the session. */
  documents: string[];
  /** A session that was named at start and that the candidate has not agreed to yet. */
  offered: string | null;
}

/** Lines of a document as it is now, from 0, both ends included. */
export interface Spot {
  uri: string;
  start: number;
  end: number;
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
  state: 'open' | 'answered' | 'evaluated' | 'failed' | 'deferred';
  answer: string | null;
  draft: string | null;
  evaluation: string | null;
  score: number | null;
  needsReview: boolean;
  reason: string | null;
  spot: Spot | null;
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
  title: '',
  instructions: '',
  deadline: null,
  documents: [],
  offered: null
};
