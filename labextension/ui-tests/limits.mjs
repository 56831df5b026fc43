// The limits of a service as a candidate meets them: as many websockets as may be open, and a session that is full.
import {
  assert,
  browse,
  button,
  finish,
  keeping,
  panel,
  picture,
  please,
  record,
  recordedAs,
  run,
  saved,
  say,
  session,
  show,
  token,
  type,
  url,
  visit
} from './driver.mjs';

const FILE = 'averages/average.py';
const CELL = '.jp-FileEditor:visible .cm-content';
const FULL = 'This session is full: what you type now is not recorded. Finish it, or tell who invited you.';
const MANY = 'Too many windows or editors are open for you. Close one of them.';
const says = (page, words) => panel(page).getByText(words).first().waitFor();

/** Text that does not become small when it is compressed. */
const noise = seed => Array.from({ length: 60 }, (_, n) => `v${n} = ${Math.sin(n + 60 * seed)}`).join('\n');

await run(async ({ page: first }) => {
  await first.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await first.locator('.jp-LauncherCard', { hasText: 'Code assessment' }).click();
  await panel(first)
    .getByRole('textbox', { name: 'Code or link of your invitation' })
    .fill(await please('code'));
  await first.keyboard.press('Enter');
  await button(first, 'I agree, begin').click();
  await first.locator(CELL).first().waitFor();
  await type(first, CELL, 'first = 1');
  await recordedAs(first, FILE, CELL);

  const { page: second, close } = await browse();
  await visit(second, FILE, `&codeassess=${await session()}`);
  await show(second);
  await button(second, 'I agree, begin').click();
  await says(second, MANY);
  await picture(second, 'limits-sockets');
  await type(first, CELL, 'still = 2');
  await recordedAs(first, FILE, CELL);
  say('a second window is told why it is not let in, and the first one goes on');

  await first.close();
  await panel(second).getByText(MANY).waitFor({ state: 'detached' });
  await saved(second);
  await type(second, CELL, 'second = 3');
  await recordedAs(second, FILE, CELL);
  say('it is let in when the first one is closed');

  let kept = '';
  for (let seed = 1; !(await panel(second).getByText(FULL).isVisible()); seed++) {
    assert(seed < 40, 'the session is never full');
    kept = (await record(FILE)).code;
    await type(second, CELL, noise(seed));
  }
  await keeping(second, 'Not recorded: the session is full');
  await picture(second, 'limits-full');
  assert((await record(FILE)).code.startsWith(kept), 'something that was recorded is gone');
  await finish(second);
  say('a full session is told, keeps what it has, and can be finished');
  await close();
});
