import type { Cause } from '../wire';

/** When several changes go in one update, it names the cause that says most. */
const TELLING: readonly Cause[] = ['typing', 'other', 'save', 'run', 'undo', 'cut', 'paste', 'open'];

export function moreTelling(one: Cause, other: Cause): Cause {
  return TELLING.indexOf(other) > TELLING.indexOf(one) ? other : one;
}

/** The part of a shared document's undo manager that signals its use. */
export interface IUndoSource {
  on(event: 'stack-item-popped', listener: () => void): void;
  off(event: 'stack-item-popped', listener: () => void): void;
}
