import type * as wire from '../../wire';

/** An agreement of the candidate; `version` is of the assessment, null: to being recorded. */
export interface IAgreement {
  at: string;
  text: string;
  version: number | null;
}

/** A question with everything that its candidate may know of it. */
export interface IAnswered {
  id: string;
  question: string;
  /** Null: there is no answer. */
  response: string | null;
  /** What was put into the slots: the label and the text. */
  given: readonly (readonly [string, string])[];
  evaluation: string | null;
  /** In words; null: there is none, or it is not told yet. */
  score: string | null;
  failed: boolean;
  reviews: readonly { at: string; score: number; reviewer: string; byOwner: boolean }[];
}

export function agreementsOf(told: readonly wire.InteractionOut[]): IAgreement[] {
  return told.flatMap<IAgreement>(({ kind, payload, created_at: at }) => {
    if (kind === 'consent') {
      return [{ at, text: text(payload['text']), version: Number(payload['version']) }];
    }
    const detail = (payload['detail'] ?? {}) as Record<string, unknown>;
    return kind === 'activity' && payload['kind'] === 'consent'
      ? [{ at, text: text(detail['text'] ?? detail['documents']), version: null }]
      : [];
  });
}

export function answersOf(told: readonly wire.InteractionOut[]): IAnswered[] {
  const found = new Map<string, IAnswered>();
  const slots = new Map<string, readonly { id: string; label: string }[]>();
  for (const { kind, payload, interaction_id, created_at: at } of told) {
    const id = text(payload['interaction_id'] ?? interaction_id);
    if (kind === 'question_asked') {
      found.set(id, { ...NOTHING, id, question: text(payload['question']) });
      slots.set(id, (payload['slots'] ?? []) as { id: string; label: string }[]);
    }
    const known = found.get(id);
    if (known !== undefined) {
      found.set(id, { ...known, ...changed(kind, payload, known, at, slots.get(id) ?? []) });
    }
  }
  return [...found.values()];
}

const NOTHING: Omit<IAnswered, 'id' | 'question'> = {
  response: null,
  given: [],
  evaluation: null,
  score: null,
  failed: false,
  reviews: []
};

function changed(
  kind: string,
  payload: wire.InteractionOut['payload'],
  known: IAnswered,
  at: string,
  slots: readonly { id: string; label: string }[]
): Partial<IAnswered> {
  switch (kind) {
    case 'response_received': {
      const given = (payload['slots'] ?? {}) as Record<string, string>;
      const labelled = slots.filter(({ id }) => given[id]).map(({ id, label }) => [label, given[id]] as const);
      return { response: text(payload['response']), given: labelled };
    }
    case 'evaluation': {
      const score = payload['score_text'] ?? payload['score'];
      return { evaluation: text(payload['evaluation']) || null, score: score == null ? null : text(score) };
    }
    case 'evaluation_failed':
      return { failed: true };
    case 'review': {
      const byOwner = payload['by_owner'] === true;
      const review = { at, score: Number(payload['score']), reviewer: text(payload['reviewer']), byOwner };
      return { failed: known.failed && byOwner, reviews: [...known.reviews, review] };
    }
    default:
      return {};
  }
}

function text(value: unknown): string {
  return value == null ? '' : String(value);
}
