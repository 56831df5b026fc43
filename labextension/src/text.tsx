import React from 'react';

/** Text of a person, character by character, never as markup. */
export function Written({ text }: { text: string }): React.JSX.Element {
  return <div className="jp-codeassess-Written">{text}</div>;
}

/** Text of an examiner: the same, but text between backticks is code. */
export function Prose({ text }: { text: string }): React.JSX.Element {
  return (
    <div className="jp-codeassess-Written">
      <Coded text={text} />
    </div>
  );
}

/** A sentence of an examiner in which backticks stand around code; a backtick without a partner stays. */
export function Coded({ text }: { text: string }): React.JSX.Element {
  const parts = text.split(/(?<!`)`([^`\n]+)`(?!`)/);
  return <>{parts.map((part, n) => (n % 2 === 1 ? <code key={n}>{part}</code> : part))}</>;
}
