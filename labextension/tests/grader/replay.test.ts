import { describe, expect, test } from 'vitest';

import type { GraderApi } from '../../src/grader/api';
import { TimelineModel } from '../../src/grader/timeline/model';
import type { InteractionOut, SessionOut, StepOut } from '../../src/wire';

const START = Date.parse('2026-11-02T09:00:00Z');
const second = (n: number): string => new Date(START + n * 1000).toISOString();

const session: SessionOut = {
  session_id: 's',
  status: 'active',
  created_at: second(0),
  ended_at: null,
  owner: 'ada',
  language: 'python',
  mode: 'service',
  assessment_id: null,
  assessment_version: null,
  acked_seq: 0,
  head_event_seq: 0,
  counts: { interactions: 0, snapshots: 4, questions: 0 }
}; // prettier-ignore

/** Four changes, the second and third of them at one time, in two documents. */
const steps: StepOut[] = [
  { n: 1, at: 1, document: 'a.py', start: 0, inserted: 'a' },
  { n: 2, at: 5, document: 'a.py', start: 1, inserted: 'b' },
  { n: 3, at: 5, document: 'a.py', start: 2, inserted: 'c' },
  { n: 4, at: 9, document: 'b.py', start: 0, inserted: 'B' }
].map(({ at, ...step }) => ({ ...step, seq: null, created_at: second(at), deleted: 0, cause: null }));

const happened = (at: number, kind: string, payload: Record<string, unknown>): InteractionOut => ({
  interaction_id: `${kind} ${at}`,
  seq: at,
  kind,
  client_seq: null,
  created_at: second(at),
  payload
}); // prettier-ignore

async function replay(): Promise<TimelineModel> {
  const api = {
    timelineInteractions: async () => [
      happened(3, 'activity', { kind: 'save' }),
      happened(6, 'question_asked', { interaction_id: 'q', question: 'Why?' }),
      happened(8, 'response_received', { interaction_id: 'q', response: 'So.' })
    ],
    snapshot: async () => ({ document: 'b.py', code: 'B' }),
    replay: async function* () {
      yield steps.slice(0, 2);
      yield steps.slice(2);
    }
  } as unknown as GraderApi;
  const model = new TimelineModel(api, session);
  await model.load();
  return model;
}

const texts = (model: TimelineModel): string => `${model.moment.document}: ${model.moment.text}`;

describe('a replay', () => {
  test('stands at its end when it is loaded', async () => {
    const model = await replay();
    expect([model.complete, model.position, texts(model)]).toEqual([true, START + 9000, 'b.py: B']);
  });

  test('goes back from change to change to the beginning, past those of one time', async () => {
    const model = await replay();
    const seen = Array.from({ length: 4 }, () => (model.stepBy(-1), texts(model)));
    expect(seen).toEqual(['a.py: abc', 'a.py: a', ': ', ': ']);
    model.stepBy(1);
    expect(texts(model)).toBe('a.py: a');
  });

  test('goes from event to event', async () => {
    const model = await replay();
    const kinds = Array.from({ length: 3 }, () => (model.eventBy(-1), model.current?.kind));
    expect(kinds).toEqual(['answer', 'question', 'save']);
    model.eventBy(1);
    expect([model.current?.kind, model.asking?.text]).toEqual(['question', 'Why?']);
  });

  test('keeps to a document when it is told to', async () => {
    const model = await replay();
    model.pin('a.py');
    expect(texts(model)).toBe('a.py: abc');
  });

  test('is where an event of a question was', async () => {
    const model = await replay();
    model.chooseOf('q', 'answer');
    expect(model.position).toBe(START + 8000);
    model.seek(START - 1);
    expect([model.position, model.current]).toEqual([START, null]);
  });
});
