import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import React, { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { drawnWith } from '../drawn';
import { Cells } from './cells';
import { columnsOf } from './columns';
import { GroupHeading } from './group';
import { headingAbove, isHeading, linesOf, type Line } from './groups';
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
  const { wish } = model;
  const lines = useMemo(
    (): readonly Line[] => (wish.grouped ? linesOf(model.rows, model.groups) : model.rows),
    [model.rows, model.groups, wish.grouped]
  );
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const at = Math.max(
    0,
    lines.findIndex(({ id }) => id === active)
  );
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    rangeExtractor: range => withHeading(lines, range.startIndex, drawnWith(at)(range)),
    scrollPaddingStart: wish.grouped ? 2 * ROW : ROW // the headings, which stay
  });
  useEffect(() => {
    setActive(null);
    scroller.current?.scrollTo({ top: 0 });
  }, [model.wish]);
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (model.more && !model.loading && last >= lines.length - AHEAD) {
      void model.loadMore();
    }
  });
  useSteadyRows(lines, model.wish, scroller.current);
  const go = (index: number): void => {
    const next = Math.max(0, Math.min(lines.length - 1, index));
    setActive(lines[next].id);
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
      End: lines.length - 1
    };
    if (event.key in moves) {
      event.preventDefault();
      go(moves[event.key]);
    } else if (event.key === 'Enter' && lines[at] && !isHeading(lines[at])) {
      open(lines[at]);
    }
  };
  const sticky = headingAbove(lines, virtual.range?.startIndex ?? 0);
  return (
    <div
      ref={scroller}
      className="jp-codeassess-Table"
      data-grouped={wish.grouped}
      role="grid"
      aria-label={trans.__('Sessions')}
      aria-rowcount={model.more ? -1 : lines.length + 1}
      aria-activedescendant={lines[at] ? `codeassess-row-${lines[at].id}` : undefined}
      tabIndex={0}
      onFocus={() => setActive(lines[at]?.id ?? null)}
      onKeyDown={onKeyDown}
    >
      <Heading model={model} trans={trans} />
      <div role="rowgroup" className="jp-codeassess-Rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          return (
            <div
              key={line.id}
              id={`codeassess-row-${line.id}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === at}
              className={isHeading(line) ? 'jp-codeassess-Group' : 'jp-codeassess-Row'}
              data-sticky={index === sticky}
              style={index === sticky ? undefined : { transform: `translateY(${start}px)` }}
              onClick={() => setActive(line.id)}
              onDoubleClick={() => isHeading(line) || open(line)}
            >
              {isHeading(line) ? (
                <GroupHeading heading={line} trans={trans} />
              ) : (
                <Cells row={line} grouped={wish.grouped} trans={trans} open={open} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The rows to be drawn, and the heading that belongs to the first one in sight: it stays above them. */
function withHeading(lines: readonly Line[], first: number, drawn: number[]): number[] {
  const heading = headingAbove(lines, first);
  return heading < 0 || drawn.includes(heading) ? drawn : [heading, ...drawn].sort((one, other) => one - other);
}

/** Where rows come or go above those in sight, these stay where they are; at the top new ones come into sight. */
function useSteadyRows(rows: readonly Line[], wish: IWish, scroller: HTMLElement | null): void {
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
        {columnsOf(trans, wish.grouped).map(({ column, label }) => {
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
