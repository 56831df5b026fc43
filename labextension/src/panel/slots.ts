import type * as wire from '../wire';
import type { IAnswer, IExchange } from './conversation';

/** An answer for this server: if it knows no slots, their values are put before the text. */
export function onTheWire(
  { slots }: Pick<IExchange, 'slots'>,
  { text, given }: IAnswer,
  features: ReadonlySet<string>
): Pick<wire.ResponseSubmitted, 'response' | 'slots'> {
  const filled = slots.filter(({ id }) => given[id]?.trim());
  if (filled.length === 0) {
    return { response: text };
  }
  if (features.has('slots')) {
    return { response: text, slots: Object.fromEntries(filled.map(({ id }) => [id, given[id]])) };
  }
  return { response: [...filled.map(({ id, label }) => `${label} ${given[id]}`), text].join('\n') };
}

/** Is there anything to send? */
export function isEmpty({ text, given }: IAnswer): boolean {
  return !text.trim() && Object.values(given).every(value => !value.trim());
}
