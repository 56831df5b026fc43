// What the browser tests share: a Chromium with a JupyterLab in it, and the way back to the test that started us.
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { chromium } from 'playwright-core';

/** Base URL and token of the server, and the folder for pictures, from the command line. */
export const [url, token, pictures] = process.argv.slice(2);

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Ask the test that runs us to do something to the server; resolves to its answer when it is done. */
export async function please(what) {
  process.stdout.write(`PLEASE ${what}\n`);
  return (await answers.next()).value;
}

export function say(text) {
  process.stdout.write(`${text}\n`);
}

export function assert(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

/** Read something over REST as the candidate's browser would. */
export async function rest(path) {
  const response = await fetch(`${url}${path}`, { headers: { Authorization: `token ${token}` } });
  assert(response.ok, `${path}: ${response.status}`);
  return response.json();
}

/** A browser with a profile of its own; `problems` collects what its console complains about. */
export async function browse(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'codeassess-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CODEASSESS_TEST_CHROMIUM || '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1280, height: 860 },
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    ...options
  });
  const problems = [];
  const page = await open(context, problems);
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, page, problems, close };
}

/** Complain when the keyboard falls to the page's body because the button that was pressed went away. */
function watchKeyboard() {
  const OURS = '.jp-codeassess-Panel, .jp-codeassess-Grader, .jp-codeassess-Banner';
  const look = target => {
    const words = target.closest?.('button')?.innerText;
    if (words !== undefined && target.closest(OURS)) {
      setTimeout(
        () =>
          document.activeElement === document.body && console.error(`the keyboard fell to the page after "${words}"`),
        1_000
      );
    }
  };
  document.addEventListener('click', event => look(event.target), true);
}

/** Another tab, whose complaints are collected too. */
export async function open(context, problems) {
  const page = context.pages().find(tab => tab.url() === 'about:blank') ?? (await context.newPage());
  page.on('pageerror', error => problems.push(`page error: ${error}`));
  page.on('console', message => {
    if (message.type() === 'error') {
      problems.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.setDefaultTimeout(60_000);
  await page.addInitScript(watchKeyboard);
  return page;
}

/** Open Lab with a document and wait until it can be typed in. */
export async function visit(page, path, query = '') {
  await page.goto(`${url}/lab/tree/${path}?reset&token=${token}${query}`, { waitUntil: 'domcontentloaded' });
  await page
    .locator(path.endsWith('.ipynb') ? '.jp-Notebook .jp-Cell' : '.jp-FileEditor .cm-content')
    .first()
    .waitFor();
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
}

export const panel = page => page.locator('#codeassess-candidate');

export const button = (page, name) => panel(page).getByRole('button', { name, exact: true });

/** Open the panel by its command, agree, and be recorded. */
export async function agree(page) {
  await show(page);
  await button(page, 'I agree, begin').click();
  await saved(page);
}

export async function show(page) {
  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:show'));
  await panel(page).waitFor();
}

/** Close what Lab has to say of its own about a server that is away, whenever it does, also over something to be clicked. */
export async function dismissing(page) {
  const watch = () =>
    setInterval(() => {
      const button = name => document.querySelector(`.jp-Dialog .jp-Dialog-button.jp-mod-${name}`);
      (button('reject') ?? button('accept'))?.click();
    }, 200);
  await page.addInitScript(watch);
  await page.evaluate(watch);
}

/** Take a document out of the session, with the second thought that it asks for. */
export async function stopRecording(page, path) {
  await button(page, `Stop recording ${path} …`).click();
  await button(page, 'Keep recording').click();
  await button(page, `Stop recording ${path} …`).click();
  await button(page, 'Stop recording').click();
  await button(page, `Stop recording ${path} …`).waitFor({ state: 'detached' });
}

/** Finish, and skip the last questions that may come before the end. */
export async function finish(page) {
  await button(page, 'Finish …').click();
  await button(page, 'Finish now').click();
  const over = panel(page).getByText('Finished. Thank you.');
  while (!(await over.isVisible())) {
    const skip = button(page, 'Skip');
    await over.or(skip).first().waitFor();
    if (await skip.isVisible()) {
      await skip.click();
    }
  }
}

/** Wait until the panel says that everything is saved. */
export async function saved(page) {
  await page.waitForTimeout(800); // what takes less than a second is not worth a word, but the tests look closer
  await keeping(page, 'All saved');
}

export async function keeping(page, words) {
  await panel(page).locator('.jp-codeassess-Keeping').filter({ hasText: words }).waitFor();
}

/** Type at the end of a cell or file as a person would. */
export async function type(page, selector, text) {
  await page.locator(selector).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('\n');
  for (const line of text.split('\n')) {
    await page.keyboard.insertText(`${line}\n`);
    await page.waitForTimeout(60);
  }
}

/** The whole text of the editor at `selector`, as its document has it. */
export function text(page, selector) {
  return page.locator(selector).evaluate(node => node.cmTile.view.state.doc.toString());
}

/** The session that this page takes part in. */
export async function session() {
  const { items } = await rest('/sessions/');
  return items[0].session_id;
}

/** Wait until what is recorded of a document is what stands in its editor. */
export async function recordedAs(page, path, selector) {
  for (let n = 0; n < 100; n++) {
    await saved(page);
    const wanted = await text(page, selector);
    if ((await record(path)).code === wanted) {
      return;
    }
  }
  throw new Error(
    `recorded of ${path} is\n${(await record(path)).code}\nin the editor stands\n${await text(page, selector)}`
  );
}

/** The latest snapshot of a document, as the server gives it back. */
export async function record(path) {
  const id = await session();
  const { items } = await rest(`/sessions/${id}/snapshots/?limit=1000`);
  const last = items.findLast(item => item.document === path);
  return last === undefined ? { code: null } : rest(`/sessions/${id}/snapshots/${last.n}`);
}

export async function picture(page, name) {
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }
}

/** Run a scenario: its exit code tells the test how it went, its last picture what was on screen. */
export async function run(scenario, options) {
  const browser = await browse(options);
  try {
    await scenario(browser);
  } catch (error) {
    await picture(browser.page, 'failed').catch(() => {});
    say(`FAILED ${error?.stack ?? error}`);
    say(browser.problems.join('\n'));
    process.exitCode = 1;
  } finally {
    await browser.close();
    process.exit();
  }
}

/** Fill in the results that the question asks for beside the answer; which question comes depends on the moment. */
export async function giveResults(page) {
  for (const field of await panel(page).locator('.jp-codeassess-Slot [type=text]').all()) {
    await field.fill('3');
  }
  for (const choices of await panel(page).locator('fieldset.jp-codeassess-Slot').all()) {
    await choices.getByRole('radio').first().check();
  }
}
