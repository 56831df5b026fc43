import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import React, { useEffect, useLayoutEffect, useRef, useState } from 'react';

import { drawnWith } from '../drawn';
import { Cells } from './cells';
import { columnsOf } from './columns';
import type { DashboardModel } from './model';
import { sortedBy, type IRow, type IWish } from './rows';

/** Height (px) of a row. */
const ROW = 36;
/** The next page is read when so many rows are left below those in sight. */
const AHEAD = 60;

interface ITableProps {
  model: DashboardModel;
  trans: TranslationBundle;
  open: (row: IRow) => void;
}

/** The sessions: only the rows in sight are in the page. */
export function Table({ model, trans, open }: ITableProps): React.JSX.Element {
  const { rows } = model;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === active)
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    rangeExtractor: drawnWith(at),
    scrollPaddingStart: ROW // the heading, which stays
  });
  useEffect(() => {
    setActive(null);
    scroller.current?.scrollTo({ top: 0 });
  }, [model.wish]);
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (model.more && !model.loading && last >= rows.length - AHEAD) {
      void model.loadMore();
    }
  });
  useSteadyRows(rows, model.wish, scroller.current);
  const go = (index: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(rows[next].id);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.target !== event.currentTarget) {
      return;
    }
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1
    };
    if (event.key in moves) {
      event.preventDefault();
      go(moves[event.key]);
    } else if (event.key === 'Enter' && rows[at]) {
      open(rows[at]);
    }
  };
  return (
    <div
      ref={scroller}
      className="jp-codeassess-Table"
      role="grid"
      aria-label={trans.__('Sessions')}
      aria-rowcount={model.more ? -1 : rows.length + 1}
      aria-activedescendant={rows[at] ? `codeassess-row-${rows[at].id}` : undefined}
      tabIndex={0}
      onFocus={() => setActive(rows[at]?.id ?? null)}
      onKeyDown={onKeyDown}
    >
      <Heading model={model} trans={trans} />
      <div role="rowgroup" className="jp-codeassess-Rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={rows[index].id}
            id={`codeassess-row-${rows[index].id}`}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={index === at}
            className="jp-codeassess-Row"
            style={{ transform: `translateY(${start}px)` }}
            onClick={() => setActive(rows[index].id)}
            onDoubleClick={() => open(rows[index])}
          >
            <Cells row={rows[index]} trans={trans} open={open} />
          </div>
        ))}
      </div>
    </div>
  );
}

/** Where rows come or go above those in sight, these stay where they are; at the top new ones come into sight. */
function useSteadyRows(rows: readonly IRow[], wish: IWish, scroller: HTMLElement | null): void {
  const before = useRef({ rows, wish });
  useLayoutEffect(() => {
    const known = before.current;
    before.current = { rows, wish };
    if (known.rows === rows || known.wish !== wish || !scroller || scroller.scrollTop === 0) {
      return;
    }
    const index = Math.floor(scroller.scrollTop / ROW);
    const now = rows.findIndex(({ id }) => id === known.rows[index]?.id);
    if (now >= 0) {
      scroller.scrollTop += (now - index) * ROW;
    }
  }, [rows, wish, scroller]);
}

function Heading({ model, trans }: Pick<ITableProps, 'model' | 'trans'>): React.JSX.Element {
  const { wish } = model;
  return (
    <div role="rowgroup" className="jp-codeassess-Heading">
      <div role="row" aria-rowindex={1} className="jp-codeassess-Row">
        {columnsOf(trans).map(({ column, label }) => {
          const sorted = wish.column === column;
          return (
            <div
              key={column}
              role="columnheader"
              data-column={column}
              aria-sort={sorted ? (wish.descending ? 'descending' : 'ascending') : 'none'}
            >
              <button type="button" onClick={() => model.choose(sortedBy(wish, column))}>
                {label}
                <span aria-hidden="true">{sorted ? (wish.descending ? ' ↓' : ' ↑') : ''}</span>
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}
