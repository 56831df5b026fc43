import { describe, expect, test } from 'vitest';

import { isEmpty, onTheWire } from '../src/panel/slots';
import type { WireSlot } from '../src/wire';

const slots: WireSlot[] = [
  { id: 'value', kind: 'value', label: 'It returns' },
  { id: 'line', kind: 'lines', label: 'In line' }
];
const answer = { text: 'Because.', given: { value: ' 3 ', line: ' ' } };

describe('an answer with slots', () => {
  test('is sent by their ids, without those that are blank', () => {
    expect(onTheWire({ slots }, answer, new Set(['slots']))).toEqual({ response: 'Because.', slots: { value: ' 3 ' } });
  });

  test('says them in words to a server that knows no slots', () => {
    expect(onTheWire({ slots }, answer, new Set())).toEqual({ response: 'It returns  3 \nBecause.' });
  });

  test('has no slots where the question has none', () => {
    expect(onTheWire({ slots: [] }, answer, new Set(['slots']))).toEqual({ response: 'Because.' });
  });

  test('is empty while everything in it is blank', () => {
    expect(isEmpty({ text: ' ', given: { value: '' } })).toBe(true);
    expect(isEmpty({ text: ' ', given: { value: '3' } })).toBe(false);
    expect(isEmpty({ text: 'x', given: {} })).toBe(false);
  });
});
