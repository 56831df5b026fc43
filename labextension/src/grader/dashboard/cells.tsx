import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { dateInWords, flagInWords, rangeInWords, statusInWords } from '../words';
import { columnsOf } from './columns';
import type { Column, IRow } from './rows';

interface ICellsProps {
  row: IRow;
  grouped: boolean;
  trans: TranslationBundle;
  open: (row: IRow) => void;
}

/** What the dashboard says of one session. */
export const Cells = React.memo(function Cells({ row, grouped, trans, open }: ICellsProps): React.JSX.Element {
  return (
    <>
      {columnsOf(trans, grouped).map(({ column }) => (
        <div key={column} role="gridcell" data-column={column} title={tooltip(column, row, trans)}>
          {content(column, row, trans, open)}
        </div>
      ))}
    </>
  );
});

/** What may be cut off. */
function tooltip(column: Column, row: IRow, trans: TranslationBundle): string | undefined {
  switch (column) {
    case 'candidate':
      return row.candidate;
    case 'title':
      return row.title;
    case 'score':
      return row.scoreText ?? undefined;
    case 'waiting':
      return row.waiting > row.contested && row.contested > 0
        ? trans.__('%1 contested, %2 more waiting', row.contested, row.waiting - row.contested)
        : undefined;
    case 'flags':
      return marksOf(row, trans).join(', ') || undefined;
    default:
      return undefined;
  }
}

function content(column: Column, row: IRow, trans: TranslationBundle, open: ICellsProps['open']): React.ReactNode {
  switch (column) {
    case 'candidate':
      return (
        <button type="button" className="jp-codeassess-Link" tabIndex={-1} onClick={() => open(row)}>
          {row.candidate}
        </button>
      );
    case 'title':
      return row.title || <span className="jp-codeassess-Quiet">{trans.__('Open session')}</span>;
    case 'status':
      return (
        <span className="jp-codeassess-State" data-status={row.status}>
          {statusInWords(row.status, trans)}
        </span>
      );
    case 'started':
      return dateInWords(row.started);
    case 'questions':
      return row.answered === null ? row.questions : trans.__('%1 of %2', row.answered, row.questions);
    case 'score':
      return <Score row={row} trans={trans} />;
    case 'waiting':
      return row.waiting > 0 && <span className="jp-codeassess-Waits">{waitingInWords(row, trans)}</span>;
    case 'flags':
      return marksOf(row, trans).map(mark => (
        <span key={mark} className="jp-codeassess-Flag">
          {mark}
        </span>
      ));
  }
}

/** The flags, and what a grader should know of the record and its reviews. */
function marksOf(row: IRow, trans: TranslationBundle): string[] {
  const marks = row.flags.map(flag => flagInWords(flag, trans));
  if (row.reviewedByCandidate > 0) {
    marks.push(trans.__('Reviewed by the candidate'));
  }
  if (row.mode === 'embedded') {
    marks.push(trans.__('Unverified'));
  }
  return marks;
}

function waitingInWords({ waiting, contested }: IRow, trans: TranslationBundle): string {
  return contested > 0
    ? trans._n('%1 contested', '%1 contested', contested)
    : trans._n('%1 waiting', '%1 waiting', waiting);
}

function Score({ row, trans }: Pick<ICellsProps, 'row' | 'trans'>): React.JSX.Element {
  if (row.ends === null) {
    return <span className="jp-codeassess-Quiet">{row.status === 'ended' ? trans.__('none yet') : '–'}</span>;
  }
  return (
    <>
      <strong>{rangeInWords(...row.ends)}</strong>
      {row.provisional && <span className="jp-codeassess-Quiet"> {trans.__('provisional')}</span>}
    </>
  );
}
