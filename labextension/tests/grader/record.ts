import { ServerConnection } from '@jupyterlab/services';

import { GraderApi } from '../../src/grader/api';
import type { DecisionOut, InteractionOut, ReviewPart, SessionOut, StepOut } from '../../src/wire';

export const START = Date.parse('2026-11-02T09:00:00Z');
export const second = (n: number): string => new Date(START + n * 1000).toISOString();

/** The record of one session as a server answers for it over REST, a page of two at a time. It grows. */
export class ServedRecord {
  status: SessionOut['status'] = 'active';
  waiting = 0;
  readonly steps: StepOut[] = [];
  readonly interactions: InteractionOut[] = [];
  readonly decisions: DecisionOut[] = [];
  /** The reviews, each of which made a version of the report. */
  readonly reviews: ReviewPart[] = [];
  /** Every address that was asked for. */
  readonly asked: string[] = [];
  /** The HTTP status of every answer, when it is not well; 0: none comes. */
  trouble: number | null = null;
  /** Answers are given as of now and arrive after this. */
  held: Promise<void> = Promise.resolve();

  readonly api = new GraderApi(
    ServerConnection.makeSettings({
      baseUrl: 'http://server/',
      fetch: async request => {
        const answer = this._answer(request as Request);
        await this.held;
        return answer;
      }
    })
  );

  get session(): SessionOut {
    return {
      session_id: 's',
      status: this.status,
      created_at: second(0),
      ended_at: null,
      owner: 'ada',
      language: 'python',
      mode: 'service',
      assessment_id: null,
      assessment_version: null,
      acked_seq: 0,
      head_event_seq: 0,
      counts: { interactions: this._seq, snapshots: this.steps.length, questions: 0 },
      grading: {
        score: null,
        score_min: null,
        score_max: null,
        score_text: '',
        provisional: null,
        answered: 0,
        waiting_for_review: this.waiting,
        contested: 0,
        reviewed_by_candidate: 0,
        flags: []
      }
    };
  }

  /** The candidate types at the end of their only document. */
  type(at: number, inserted: string): void {
    const start = this.steps.reduce((length, step) => length + step.inserted.length, 0);
    const step = { document: 'a.py', start, deleted: 0, inserted, cause: null, created_at: second(at) };
    this.steps.push({ n: this.steps.length + 1, seq: ++this._seq, ...step });
  }

  happen(at: number, kind: string, payload: Record<string, unknown>): void {
    const seq = ++this._seq;
    this.interactions.push({ interaction_id: `i${seq}`, seq, kind, client_seq: null, created_at: second(at), payload });
  }

  decide(at: number, snapshot: number, asked: boolean): void {
    const reason = asked ? '9 lines changed.' : '2 lines changed.';
    const rule = asked ? 'enough_lines' : 'too_few_lines';
    const question_id = asked ? 'q' : null;
    const number = this.decisions.length + 1;
    this.decisions.push({
      number,
      moment: 'pause',
      snapshot,
      asked,
      rule,
      reason,
      changed_lines: null,
      created_at: second(at),
      question_id
    });
  }

  review(reviewer: string): void {
    const number = this.reviews.length + 1;
    const values = { review_id: `r${number}`, verdict: 'override', score: 7, reason: 'So.', created_at: second(99) };
    this.reviews.push({ ...values, number, reviewer });
  }

  private _answer(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    this.asked.push(pathname + new URL(request.url).search);
    if (this.trouble === 0) {
      throw new TypeError('Failed to fetch');
    }
    const answer = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
    if (this.trouble !== null) {
      return answer({ error: { code: 'not_found', message: '' } }, this.trouble);
    }
    const page = <T>(items: T[], number: (item: T) => number): Response => {
      const found = items.filter(item => number(item) > Number(searchParams.get('cursor') ?? 0)).slice(0, 2);
      return answer({ items: found, next: found.length === 2 ? String(number(found[1])) : null });
    };
    switch (pathname.replace('/sessions/s/', '')) {
      case '':
        return answer(this.session);
      case 'replay/':
        return page(this.steps, step => step.n);
      case 'interactions/':
        return page(this.interactions, interaction => interaction.seq);
      case 'decisions/':
        return page(this.decisions, decision => decision.number);
      case 'report/':
        return this.status === 'ended'
          ? answer(this._report(Number(searchParams.get('version') ?? this.reviews.length + 1)))
          : answer({ error: { code: 'report_not_ready', message: '' } }, 409);
      default:
        return answer({ document: 'a.py', code: this.steps.map(step => step.inserted).join('') });
    }
  }

  private _report(version: number): object {
    const questions = [{ interaction_id: 'q', reviews: this.reviews.slice(0, version - 1) }];
    return { report: { id: `v${version}`, version, created_at: second(version) }, questions };
  }

  private _seq = 0;
}
