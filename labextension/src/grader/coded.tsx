import React from 'react';

/** A sentence in which backticks stand around code, as the examiner writes it. */
export function Coded({ text }: { text: string }): React.JSX.Element {
  const parts = text.split(/`([^`\n]+)`/);
  return <>{parts.map((part, n) => (n % 2 === 1 ? <code key={n}>{part}</code> : part))}</>;
}
