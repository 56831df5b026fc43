import React from 'react';

import { Coded } from '../text';
import { blocksOf, type IBlock } from './markdown';

/** The task of an assessment. Headings, lists and code are shown as such; everything else in it is text. */
export function Instructions({ text }: { text: string }): React.JSX.Element {
  return (
    <div className="jp-codeassess-Instructions">
      {blocksOf(text).map((block, n) => (
        <Block key={n} {...block} />
      ))}
    </div>
  );
}

function Block({ kind, lines }: IBlock): React.JSX.Element {
  switch (kind) {
    case 'heading':
      return (
        <h4>
          <Coded text={lines[0]} />
        </h4>
      );
    case 'code':
      return <pre tabIndex={0}>{lines.join('\n')}</pre>;
    case 'bullets':
    case 'numbers': {
      const List = kind === 'bullets' ? 'ul' : 'ol';
      return (
        <List>
          {lines.map((line, n) => (
            <li key={n}>
              <Coded text={line} />
            </li>
          ))}
        </List>
      );
    }
    case 'paragraph':
      return (
        <p>
          <Coded text={lines.join('\n')} />
        </p>
      );
  }
}
