// Two browsers in one session: who writes is asked, and what is not recorded is said where the eyes are.
import {
  agree,
  assert,
  browse,
  button,
  keeping,
  panel,
  picture,
  recordedAs,
  rest,
  run,
  say,
  session,
  show,
  type,
  visit
} from './driver.mjs';

const CELL = '.jp-FileEditor .cm-content';
const banner = page => page.locator('.jp-codeassess-Banner:visible');
const NOT_HERE = 'This session is being recorded in another window. What you type here is not recorded.';
const lines = (name, count) => Array.from({ length: count }, (_, n) => `${name}_${n} = ${n}`).join('\n');

const updates = async () => {
  const { items } = await rest(`/sessions/${await session()}/interactions/?limit=1000&kind=code_update`);
  return items.map(({ payload }) => payload.cause);
};

async function same(page, what) {
  await recordedAs(page, 'work.py', CELL);
  say(what);
}

await run(async ({ page: first, problems }) => {
  await visit(first, 'work.py');
  await agree(first);
  await type(first, CELL, lines('first', 2));
  await same(first, 'the first window writes');

  const { page: second, problems: others, close } = await browse();
  await visit(second, 'work.py', `&codeassess=${await session()}`);
  await show(second);
  await button(second, 'I agree, begin').click();
  await banner(second).getByText(NOT_HERE).waitFor();
  await keeping(second, 'Not recorded here');
  await picture(second, 'writers-1-newcomer');
  await second.setViewportSize({ width: 700, height: 800 });
  await second.waitForTimeout(500);
  await picture(second, 'writers-2-narrow');
  const { height, inner } = await banner(second).evaluate(node => ({
    height: node.offsetHeight,
    inner: node.firstElementChild.offsetHeight
  }));
  assert(height === inner, `the banner is ${height} px high and needs ${inner}`);
  await second.setViewportSize({ width: 1280, height: 860 });
  await type(first, CELL, lines('still', 2));
  await same(first, 'a newcomer takes nothing by loading a page');

  await type(second, CELL, lines('gap', 14));
  await second.waitForTimeout(600);
  await same(first, 'what a reader types goes nowhere');
  await banner(second).getByRole('button', { name: 'Write here instead' }).click();
  await banner(second).waitFor({ state: 'detached' });
  assert(
    await second.evaluate(() => document.activeElement?.closest('.jp-FileEditor') !== null),
    'the keyboard did not come back to the document'
  );
  await same(second, 'the second window writes when it is asked to');
  assert((await updates()).at(-1) === 'open', `what was typed in the gap came as ${(await updates()).at(-1)}`);
  await banner(first).getByText(NOT_HERE).waitFor();
  await picture(first, 'writers-3-superseded');

  await type(first, CELL, lines('unseen', 3));
  await close();
  await banner(first).waitFor({ state: 'detached', timeout: 10_000 });
  await same(first, 'the first window goes on when the second one is closed');
  assert((await updates()).at(-1) === 'open', `what was typed in the gap came as ${(await updates()).at(-1)}`);
  await type(first, CELL, 'the_end = 1');
  await same(first, 'and is recorded as before');
  assert(['typing', undefined].includes((await updates()).at(-1)), `what is typed came as ${(await updates()).at(-1)}`);
  const { items } = await rest(`/sessions/${await session()}/decisions/?limit=1000`);
  const pastes = items.filter(({ rule }) => rule === 'paste');
  assert(pastes.length === 0, `typed lines were taken for a paste: ${JSON.stringify(pastes)}`);
  assert((await rest(`/sessions/${await session()}/`)).grading.flags.length === 0, 'typed lines were flagged');
  await panel(first).waitFor();
  const all = [...problems, ...others];
  assert(all.length === 0, `a console complained:\n${all.join('\n')}`);
});
