import type { TranslationBundle } from '@jupyterlab/translation';

import type { Column } from './rows';

interface IColumn {
  column: Column;
  label: string;
}

/** The columns of the dashboard, from left to right. In groups the headings say which assessment it is. */
export function columnsOf(trans: TranslationBundle, grouped: boolean): IColumn[] {
  const columns: IColumn[] = [
    { column: 'candidate', label: trans.__('Candidate') },
    { column: 'title', label: trans.__('Assessment') },
    { column: 'status', label: trans.__('State') },
    { column: 'started', label: trans.__('Started') },
    { column: 'questions', label: trans.__('Answered') },
    { column: 'score', label: trans.__('Score') },
    { column: 'waiting', label: trans.__('Review') },
    { column: 'flags', label: trans.__('Flags') }
  ];
  return grouped ? columns.filter(({ column }) => column !== 'title') : columns;
}
