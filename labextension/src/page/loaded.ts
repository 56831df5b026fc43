import { useEffect, useState } from 'react';

import { asApiError, type ApiError } from '../connection/api';

export interface ILoaded<T> {
  /** Null until it is here. */
  value: T | null;
  problem: ApiError | null;
  again: () => void;
}

/** What `load` brings, once for each `key`. */
export function useLoaded<T>(load: () => Promise<T>, key: unknown): ILoaded<T> {
  const [state, setState] = useState<Pick<ILoaded<T>, 'value' | 'problem'>>({ value: null, problem: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let left = false;
    setState({ value: null, problem: null });
    load().then(
      value => left || setState({ value, problem: null }),
      problem => left || setState({ value: null, problem: asApiError(problem) })
    );
    return () => {
      left = true;
    };
  }, [key, turn]);
  return { ...state, again: () => setTurn(turn + 1) };
}
