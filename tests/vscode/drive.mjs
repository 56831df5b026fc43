// A candidate in a real VS Code: node drive.mjs SCENE URL FOLDER SHOTS, with TOKEN, SERVER, SESSION, LINK or HAND_OVER
// where the scene needs them. Each line that it prints is JSON: {"do": …} asks whoever started it for something that is not done in a
// window, and waits for a line in return; {"seen": …} comes at the end.
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(path.join(process.env.CODE_SERVER, 'package.json'))('playwright-core');
const [scene, url, folder, shots] = process.argv.slice(2);
const PATIENCE = 90_000;
const JUDGED = / of 10|No score yet/;
const AVERAGE = [
  'def average(values):',
  '    total = 0',
  '    count = 0',
  '    for value in values:',
  '        if value > 0:',
  '            total += value',
  '            count += 1',
  '    return total / count'
];
const LONGEST = [
  'def longest(words):',
  "    best = ''",
  '    for word in words:',
  '        if len(word) > len(best):',
  '            best = word',
  '    length = len(best)',
  '    return best, length'
];
const ANSWER = ['It holds the sum of the positive values of all the passes so far,', 'because each pass adds value to it.'];

mkdirSync(shots, { recursive: true });
const context = await chromium.launchPersistentContext(mkdtempSync(path.join(tmpdir(), 'codeassess-chromium-')), {
  executablePath: process.env.CHROMIUM,
  headless: true,
  viewport: { width: 1280, height: 800 },
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync']
});
const page = context.pages()[0] ?? (await context.newPage());
const replies = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
page.setDefaultTimeout(PATIENCE);
const seen = {};

// ── the places of VS Code's page that are used; the same in Code 1.100 and 1.139
const file = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'main.py' });
const lines = page.locator('.editor-instance .view-lines').first();
const quickInput = page.locator('.quick-input-widget:not([style*="display: none"])');
const dialog = page.locator('.monaco-dialog-box');
const thread = page.locator('.review-widget');
const answerBox = thread.locator('.comment-form .monaco-editor.focused');
const status = page.locator('.statusbar-item', { hasText: 'CodeAssess' });
const saved = status.filter({ hasText: /· saved/ }); // and not "not saved"
const toast = text => page.locator('.notifications-toasts .notification-toast', { hasText: text });
const panel = page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
const dirty = page.locator('.tab.dirty', { hasText: 'main.py' });
const seeing = locator => locator.first().waitFor({ timeout: PATIENCE });
const gone = locator => locator.first().waitFor({ state: 'hidden', timeout: PATIENCE });
const still = () => page.waitForTimeout(600); // the animations of toasts and threads
const shot = name => page.screenshot({ path: path.join(shots, `${name}.png`) });
const step = name => console.error(`${(performance.now() / 1000).toFixed(1)} s  ${name}`);

/** Have something done outside. */
async function ask(what) {
  console.log(JSON.stringify({ do: what }));
  return (await replies.next()).value;
}

async function openWindow() {
  await page.goto(`${url}/?folder=${encodeURIComponent(folder)}`, { waitUntil: 'domcontentloaded', timeout: PATIENCE });
  await seeing(status);
  await seeing(file);
  await file.dblclick();
  await seeing(lines);
}

async function command(name) {
  await page.keyboard.press('F1');
  await quickInput.locator('input').fill(`>${name}`);
  await page.keyboard.press('Enter');
}

/** A command whose name is also a part of others. */
async function exactly(name) {
  await page.keyboard.press('F1');
  await quickInput.locator('input').fill(`>${name}`);
  await quickInput.locator('.monaco-list-row').getByText(name, { exact: true }).first().click();
}

/** A link to the extension, as another program passes it to VS Code. */
async function follow(link) {
  await command('Developer: Open URL');
  await fill('URL to open', link);
}

/** Put the cursor into the code, wherever it was; a thread may cover the lines. */
async function toEditor() {
  await command('View: Focus Active Editor Group');
  await seeing(page.locator('.editor-instance .monaco-editor.focused'));
}

async function choose(text) {
  await seeing(quickInput.getByText(text));
  await quickInput.getByText(text).first().click();
}

async function fill(title, value) {
  const box = quickInput.filter({ hasText: title }).locator('input:visible');
  await seeing(box);
  await box.fill(value);
  await page.keyboard.press('Enter');
}

async function agree(name, document = 'main.py') {
  await seeing(dialog);
  seen.consent = await dialog.innerText();
  await still();
  await shot(name);
  await dialog.getByRole('button', { name: 'I Agree' }).click();
  await seeing(panel.getByText(document));
}

/** The cursor is in the last line; a key right after the editor got the focus may still go elsewhere. */
async function toEnd() {
  const atEnd = () => {
    const numbers = selector => [...document.querySelectorAll(selector)].map(node => Number(node.textContent));
    const all = numbers('.editor-instance .line-numbers');
    const [active] = numbers('.editor-instance .active-line-number');
    return all.length > 0 && active === Math.max(...all);
  };
  for (let attempt = 0; attempt < 20; attempt++) {
    await page.keyboard.press('Control+End');
    const there = await page.waitForFunction(atEnd, null, { timeout: 500 }).then(() => true, () => false);
    if (there) {
      return;
    }
  }
  throw new Error('the cursor does not go to the end of the code');
}

async function type(code, delay = 15) {
  await toEditor();
  await toEnd();
  for (const line of code) {
    await page.keyboard.type(`${line}\n`, { delay });
  }
}

async function save() {
  await toEditor();
  await page.keyboard.press('Control+S');
  await gone(dirty);
}

/** The notification of a question: it may come while something is typed, and VS Code hides it after some seconds. */
const nudge = toast('A question about main.py');

/** Give the result that a question asks for, if it does, as soon as it is asked for; then the cursor is in the box. */
async function giveResult() {
  await Promise.race([seeing(quickInput), seeing(answerBox)]);
  if (await answerBox.first().isVisible()) {
    return;
  }
  (seen.results ??= []).push(await quickInput.innerText());
  await still();
  await shot(`vscode-result-${scene}`);
  const input = quickInput.locator('input:visible').first();
  const choice = (await input.getAttribute('placeholder'))?.startsWith('Choose') ?? false;
  await input.fill(choice ? '' : '3');
  await (choice ? quickInput.locator('.monaco-list-row').first().click() : page.keyboard.press('Enter'));
  await seeing(thread.getByText('Now say why.'));
  await seeing(answerBox);
}

/** Answer the newest question, from its notification if it is still there; the cursor is in the box without a click. */
async function openAnswer() {
  await seeing(thread);
  const nudged = await nudge.first().isVisible();
  await (nudged ? nudge.first() : panel).getByRole('button', { name: 'Answer' }).click();
  await giveResult();
}

/** From the side view, and typing on at once: it must not come into the code, however slow the machine is. */
async function openAnswerTyping() {
  await panel.getByRole('button', { name: 'Answer' }).first().click();
  for (seen.typedEarly = 0; seen.typedEarly < 1000; seen.typedEarly++) {
    if ((await quickInput.isVisible()) || (await answerBox.first().isVisible())) {
      break;
    }
    await page.keyboard.type('q');
  }
  await giveResult();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
}

async function pressFinish(name = 'Finish the session') {
  await panel.getByRole('button', { name }).click();
  await seeing(dialog);
  await dialog.getByRole('button', { name: 'Finish' }).click();
}

async function ended() {
  await seeing(toast('its report is written'));
  await seeing(status.filter({ hasText: 'finished' }));
  seen.finished = await panel.locator('main').innerText();
}

// ── the scenes

/** A new session, two questions, a reload while the second is open, the end. */
const wholeSession = {
  openWindow,
  async begin() {
    await command('CodeAssess: Start or Join');
    await choose('Start a new session');
    await fill('Token', process.env.TOKEN);
    await agree('vscode-consent');
  },
  write: () => Promise.all([seeing(nudge), type(AVERAGE)]),
  async question() {
    await seeing(thread);
    seen.typed = await lines.innerText();
    await still();
    await shot('vscode-question');
  },
  async answer() {
    await openAnswer();
    await page.keyboard.type(ANSWER[0], { delay: 10 });
    await page.keyboard.press('Enter');
    await page.keyboard.type(ANSWER[1], { delay: 10 });
    await shot('vscode-answer');
    await thread.getByRole('button', { name: 'Submit Answer' }).click();
    await seeing(thread.getByText(JUDGED));
    await seeing(panel.getByText(JUDGED));
    await still();
    await shot('vscode-evaluation');
    seen.thread = await thread.first().innerText();
    seen.panel = await panel.locator('main').innerText();
  },
  async second() {
    await Promise.all([seeing(nudge), type(LONGEST)]);
    await seeing(thread.getByRole('button', { name: 'Submit Answer' }));
    await still();
    await shot('vscode-second');
  },
  async reload() {
    await ask('keep what is not saved'); // VS Code does it a second after the last key, and later on a slow machine
    await page.reload({ waitUntil: 'domcontentloaded', timeout: PATIENCE });
    await seeing(saved);
    await command('View: Show CodeAssess');
    await seeing(panel.getByText(JUDGED));
    seen.afterReload = await panel.locator('main').innerText();
    await openAnswerTyping();
    await page.keyboard.type('The longest word and how long it is; of two, the first.', { delay: 10 });
    await thread.getByRole('button', { name: 'Submit Answer' }).click();
    await seeing(panel.getByText(JUDGED).nth(1));
    seen.both = await panel.locator('main').innerText();
  },
  async finish() {
    await pressFinish();
    await ended();
    await shot('vscode-finished');
  }
};

/** A session that was prepared, a server that dies and comes back, a language server that dies. */
const outage = {
  openWindow,
  async join() {
    await command('CodeAssess: Start or Join');
    await choose('On a server');
    await fill('Server', process.env.SERVER);
    await choose('Join a session');
    await fill('Session', process.env.SESSION);
    await fill('Token', process.env.TOKEN);
    await agree('vscode-join');
  },
  async offline() {
    await type(AVERAGE.slice(0, 3));
    await seeing(saved);
    await ask('kill the server');
    await type(AVERAGE.slice(3));
    await seeing(status.filter({ hasText: /offline, \d+ to send/ }));
    await save();
    await still();
    seen.offline = await status.innerText();
    await shot('vscode-offline');
  },
  async back() {
    await ask('start the server');
    const now = panel.getByRole('button', { name: 'Try to connect now' });
    await now.click({ timeout: 2000 }).catch(() => undefined); // it may have come back by itself
    await seeing(saved);
    await ask('compare');
  },
  async crash() {
    await openAnswer();
    await page.keyboard.type(ANSWER[0], { delay: 10 });
    await page.keyboard.press('Enter');
    await ask('kill the language server');
    await page.keyboard.type(ANSWER[1], { delay: 10 });
    await seeing(toast('was restarted'));
    await seeing(saved);
    await still();
    await shot('vscode-restarted');
    await thread.getByRole('button', { name: 'Submit Answer' }).click();
    await seeing(panel.getByText(JUDGED));
    seen.panel = await panel.locator('main').innerText();
  },
  async typingOverACrash() {
    await type(LONGEST.slice(0, 3));
    await ask('kill the language server');
    await type(LONGEST.slice(3));
    await save();
    await seeing(saved);
    await ask('compare');
  },
  async leftAlone() {
    for (let death = 0; death < 3; death++) {
      await seeing(saved);
      await ask('kill the language server');
      await seeing(status.filter({ hasText: death < 2 ? 'connecting' : 'not recording' }));
    }
    await still();
    await shot('vscode-dead');
    seen.dead = await panel.locator('main').innerText();
    await panel.getByRole('button', { name: 'Answer' }).click();
    await giveResult();
    await page.keyboard.type('The longest word, and of two the first.', { delay: 10 });
    await thread.getByRole('button', { name: 'Submit Answer' }).click();
    await seeing(toast('not running at the moment'));
    await seeing(thread.locator('.comment-form .view-lines', { hasText: 'of two the first' }));
    await type(['print(longest([]))']);
    await panel.getByRole('button', { name: 'Start it again' }).click();
    await seeing(saved);
    await panel.getByRole('button', { name: 'Answer' }).click();
    await seeing(answerBox);
    await thread.getByRole('button', { name: 'Submit Answer' }).click();
    await seeing(panel.getByText('of two the first'));
    await save();
    await page.waitForTimeout(500);
    await seeing(saved);
    await ask('compare');
  },
  async movedInATerminal() {
    await ask('move the file');
    const moved = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'moved.py' });
    await command('View: Show Explorer');
    await seeing(moved);
    await moved.dblclick();
    await seeing(page.locator('.tab.active', { hasText: 'moved.py' }));
    await command('View: Show CodeAssess');
    await seeing(panel.getByText('moved.py', { exact: true }));
    await type(['print(average([1]))']);
    await page.keyboard.press('Control+S');
    await gone(page.locator('.tab.dirty', { hasText: 'moved.py' }));
    await page.waitForTimeout(500);
    await seeing(saved);
    await still();
    await shot('vscode-moved');
    await ask('compare');
  }
};

/** The command Join with a code or a link; a code alone does not say the server. */
async function joinWith(text) {
  await exactly('CodeAssess: Join');
  await fill('The code of your invitation', text);
  if (!text.includes('://')) {
    await fill('The address of the codeassess server', process.env.SERVER);
  }
}

async function refused(text, words) {
  await joinWith(text);
  await seeing(toast(words));
  (seen.refused ??= []).push(await toast(words).first().innerText());
  await command('Notifications: Clear All Notifications');
}

const starter = page.locator('.tab', { hasText: 'average.py' });

/** An invitation: wrong codes, the link, the files of the task; the service dies meanwhile. */
const invited = {
  openWindow,
  async wrong() {
    await exactly('CodeAssess: Join');
    await seeing(quickInput.filter({ hasText: 'CodeAssess: Join' }));
    await quickInput.locator('input:visible').fill('7K3M');
    await seeing(quickInput.getByText('A code has 12 letters and digits'));
    await still();
    await shot('vscode-join-code');
    await page.keyboard.press('Escape');
    await refused('7K3M-9QRT-2XWB', 'This code is not known');
    await refused(process.env.WITHDRAWN, 'This invitation was withdrawn');
    await refused(process.env.EXPIRED, 'The time to begin with this code is over');
    await refused(`${process.env.SERVER}/exam/#/join/7K3M-9QRT-2XWB`, 'is no service that people are invited to');
    await refused('http://127.0.0.1:9/#/join/7K3M-9QRT-2XWB', 'cannot be reached');
  },
  async join() {
    await joinWith(process.env.LINK);
    await seeing(quickInput.getByText('averages'));
    await still();
    await shot('vscode-join-folder');
    await page.keyboard.press('Escape');
    await toast('Nothing has begun yet').getByRole('button', { name: 'Begin' }).click();
    await choose('invited/averages');
    await seeing(dialog);
    await ask('nothing has begun');
    seen.consent = await dialog.innerText();
    await still();
    await shot('vscode-join-consent');
    await dialog.getByRole('button', { name: 'I Agree' }).click();
    await seeing(starter);
    await seeing(page.locator('.tab', { hasText: 'notes.txt' }));
    await seeing(toast('Left as they were'));
    await seeing(panel.getByText('averages/average.py'));
    await seeing(panel.getByText('averages/data/notes.txt'));
    await seeing(saved);
    await still();
    await shot('vscode-joined');
    seen.panel = await panel.locator('main').innerText();
  },
  async outage() {
    await type(AVERAGE.slice(0, 3));
    await ask('kill the server');
    await type(AVERAGE.slice(3));
    await seeing(status.filter({ hasText: /offline, \d+ to send/ }));
    await ask('start the server');
    await seeing(saved);
    await page.keyboard.press('Control+S');
    await gone(page.locator('.tab.dirty'));
    await seeing(thread);
    await page.waitForTimeout(500);
    await seeing(saved);
    await ask('compare');
  },
  async logAndRestart() {
    await command('CodeAssess: Show Log');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.part.panel select')].some(box => box.selectedOptions[0]?.text === 'CodeAssess')
    );
    await still();
    await shot('vscode-log');
    await command('CodeAssess: Restart');
    await seeing(toast('was restarted'));
    await seeing(saved);
    await command('View: Hide Panel');
    await openAnswer();
    await page.keyboard.type(ANSWER.join(' '), { delay: 10 });
    await thread.getByRole('button', { name: 'Submit Answer' }).click();
    await seeing(panel.getByText(JUDGED));
  },
  async withdrawn() {
    await ask('withdraw');
    await seeing(panel.getByRole('button', { name: 'Join with a code' }));
    await seeing(panel.getByRole('button', { name: 'Enter a token' }));
    await still();
    await shot('vscode-withdrawn');
    seen.withdrawn = await panel.locator('main').innerText();
  }
};

/** A link of the joining page: what it asks for, what it must not do, and going on in a folder of its own. */
const handed = {};
const handedOver = {
  openWindow,
  async foreign() {
    const ours = `code-oss://codeassess.codeassess`;
    const allowed = dialog.filter({ hasText: 'Allow' });
    seen.links = [];
    for (const link of [`${ours}/join?server=https%3A%2F%2Fgood.org%40evil.org&code=7K3M-9QRT-2XWB`, `${ours}/other`]) {
      await follow(link);
      await seeing(allowed);
      await allowed.getByRole('button', { name: 'Open' }).click();
      await seeing(toast('That link cannot be used'));
      seen.links.push(await toast('That link cannot be used').first().innerText());
      await command('Notifications: Clear All Notifications');
    }
    await follow(await ask('hand over'));
    await seeing(allowed);
    await allowed.getByRole('button', { name: 'Open' }).click();
    await seeing(dialog.filter({ hasText: 'Connect to' }));
    seen.confirm = await dialog.innerText();
    await still();
    await shot('vscode-link');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await gone(dialog);
    await ask('nobody came');
  },
  async arrive() {
    handed.link = await ask('hand over');
    await arriveWith(handed.link);
    await choose('Choose another folder');
    const where = quickInput.locator('input:visible').first();
    await where.waitFor();
    await still();
    await where.fill(`${process.env.ELSEWHERE}/`);
    await still();
    const opening = context.waitForEvent('page');
    await quickInput.getByRole('button', { name: /Here|OK/ }).first().click();
    const opened = await opening;
    await opened.waitForURL(/folder=/, { waitUntil: 'commit' });
    handed.address = opened.url();
    await opened.close(); // it is looked at in the window that is driven
  },
  async goOn() {
    await page.goto(handed.address, { waitUntil: 'domcontentloaded' });
    await agree('vscode-arrived', 'average.py');
    await seeing(starter);
    await seeing(saved);
  },
  async reused() {
    await follow(handed.link);
    await seeing(dialog);
    await dialog.getByRole('button', { name: 'Open' }).click();
    await dialog.getByRole('button', { name: 'Connect' }).click();
    await dialog.getByRole('button', { name: 'Leave It and Join' }).click();
    await seeing(toast('works once, within a minute'));
    await seeing(saved); // the session that went on goes on
  }
};

/** Follow a link, and say yes to VS Code and to us. */
async function arriveWith(link) {
  await follow(link);
  await seeing(dialog.filter({ hasText: 'Allow' }));
  await dialog.getByRole('button', { name: 'Open' }).click();
  await dialog.getByRole('button', { name: 'Connect' }).click();
}

/** No Python has codeassess, and there is no server: install it, and practise. */
const practice = {
  openWindow,
  async install() {
    await command('CodeAssess: Start or Join');
    await choose('Practice on this computer');
    await seeing(toast('is not installed'));
    await still();
    await shot('vscode-install');
    await toast('is not installed').getByRole('button', { name: 'Install It for Me' }).click();
    await seeing(toast('what it needs'));
    await shot('vscode-installing');
    await agree('vscode-practice');
  },
  async answer() {
    await type(AVERAGE);
    await openAnswer();
    await page.keyboard.type(ANSWER.join(' '), { delay: 10 });
    await thread.getByRole('button', { name: 'Submit Answer' }).click();
    await seeing(panel.getByText(JUDGED));
    seen.panel = await panel.locator('main').innerText();
  },
  async closing() {
    await pressFinish();
    await seeing(panel.getByText('1 question about your code is left.'));
    await seeing(status.filter({ hasText: '1 question is left' }));
    await seeing(panel.getByRole('button', { name: 'Answer' }));
    await type(['print(average([1, 2]))']);
    await seeing(saved);
    await still();
    await shot('vscode-closing');
    seen.closing = await panel.locator('main').innerText();
    await pressFinish('Finish without these questions');
    await ended();
    await thread.getByRole('button', { name: 'Submit Answer' }).first().waitFor({ state: 'hidden' });
    seen.thread = await thread.allInnerTexts();
    await still();
    await shot('vscode-unanswered');
  },
  async report() {
    await panel.getByRole('button', { name: 'Show the report' }).click();
    await seeing(page.locator('.tab', { hasText: 'Preview' }));
    await page.waitForTimeout(2000);
    await shot('vscode-report');
  }
};

let failure;
for (const [name, work] of Object.entries({ session: wholeSession, outage, practice, invited, handedOver }[scene])) {
  try {
    step(name);
    await work();
  } catch (problem) {
    failure = `${name}: ${problem.message}`;
    await shot(`vscode-failed-${scene}`).catch(() => undefined);
    break;
  }
}
step(failure ?? 'done');
console.log(JSON.stringify({ seen: { ...seen, failure: failure ?? null } }));
await context.close();
process.exit(failure ? 1 : 0);
