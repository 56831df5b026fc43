import assert from 'node:assert/strict';
import { test } from 'node:test';

import { debounced, rank } from './suggest.mjs';

test('names that begin with the query come first', () => {
  assert.deepEqual(rank(['Banana', 'anise', 'Nanaimo'], 'an', 5), ['anise', 'Banana', 'Nanaimo']);
});

test('only the last call counts', async () => {
  const heard = [];
  const tell = debounced(text => heard.push(text), 10);
  tell('a');
  tell('ab');
  await new Promise(done => setTimeout(done, 50));
  assert.deepEqual(heard, ['ab']);
});
