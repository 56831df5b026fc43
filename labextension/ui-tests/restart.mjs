// The server is killed while the candidate types, and comes back later: what is stored is what was typed, byte for byte.
import { createHash } from 'node:crypto';

import {
  agree,
  assert,
  button,
  keeping,
  picture,
  please,
  rest,
  run,
  saved,
  say,
  session,
  text,
  type,
  visit
} from './driver.mjs';

const CELL = '.jp-FileEditor .cm-content';

await run(async ({ page }) => {
  await visit(page, 'work.py');
  await agree(page);
  await type(page, CELL, 'before = "ä € 🐍"\nx = 1');
  await saved(page);

  await please('kill');
  await type(page, CELL, 'while_away = [\n    "a 😀",\n    "b",\n]\ny = 2');
  await keeping(page, 'kept on this computer');
  await picture(page, 'restart-offline');
  await page.keyboard.insertText('last_word = 3\n');
  await page.waitForTimeout(1_000); // what is younger is begun to be stored when the page goes; no browser promises more
  await page.reload({ waitUntil: 'domcontentloaded' }).catch(() => say('no page without a server, of course'));
  await please('start');

  await visit(page, 'work.py');
  await page.locator('#jp-main-statusbar').getByText('Unsaved text was kept').click();
  await button(page, 'Bring it back').click();
  await type(page, CELL, 'after = True');
  await saved(page);
  const typed = await text(page, CELL);
  for (const word of ['before', 'while_away', 'last_word', 'after']) {
    assert(typed.includes(word), `${word} is lost:\n${typed}`);
  }
  const id = await session();
  const { items } = await rest(`/sessions/${id}/snapshots/`);
  const { code } = await rest(`/sessions/${id}/snapshots/${items.at(-1).n}`);
  const sha256 = value => createHash('sha256').update(value).digest('hex');
  assert(sha256(typed) === items.at(-1).sha256, `stored is\n${code}\ntyped was\n${typed}`);
  assert(sha256(code) === items.at(-1).sha256, 'the server gives back another text than it hashed');
  const seqs = items.map(item => item.seq);
  assert(new Set(seqs).size === seqs.length, `a seq was stored twice: ${seqs}`);
  say(`${items.length} snapshots, the last ${items.at(-1).bytes} bytes`);
  assert((await rest('/sessions/')).items.length === 1, 'the reload began another session');
});
