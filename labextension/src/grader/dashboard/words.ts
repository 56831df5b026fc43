import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRow, IWish } from './rows';

interface IEmptyList {
  all: readonly IRow[];
  wish: IWish;
}

/** Why nothing is shown. With another wish there may well be something that waits. */
export function nothingInWords({ all, wish }: IEmptyList, trans: TranslationBundle): string {
  const waiting = all.filter(row => row.waiting > 0).length;
  const more = [wish.text, wish.status, wish.assessment, wish.flag].some(Boolean);
  if (wish.contested && !more) {
    return trans.__('No score is contested.');
  }
  if (wish.waiting && !more) {
    return trans.__('Nothing waits for a person.');
  }
  const words = trans.__('No session is like that.');
  return wish.waiting && waiting > 0
    ? `${words} ${trans._n('%1 other waits for a person.', '%1 others wait for a person.', waiting)}`
    : words;
}
