// A candidate in a real VS Code: node drive.mjs URL FOLDER SHOTS, the token in TOKEN. Prints what it saw as JSON.
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const { chromium } = createRequire(path.join(process.env.CODE_SERVER, 'package.json'))('playwright-core');
const [url, folder, shots] = process.argv.slice(2);
const PATIENCE = 90_000;
const CODE = [
  'def average(values):',
  '    total = 0',
  '    count = 0',
  '    for value in values:',
  '        if value > 0:',
  '            total += value',
  '            count += 1',
  '    return total / count'
];
const ANSWER = ['It adds the positive values and divides total by count,', 'so an empty list divides by zero.'];

mkdirSync(shots, { recursive: true });
const context = await chromium.launchPersistentContext(mkdtempSync(path.join(tmpdir(), 'codeassess-chromium-')), {
  executablePath: process.env.CHROMIUM,
  headless: true,
  viewport: { width: 1280, height: 800 },
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync']
});
const page = context.pages()[0] ?? (await context.newPage());
const seen = {};

// ── the places of VS Code's page that are used; the same in Code 1.100 and 1.139
const file = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'main.py' });
const lines = page.locator('.editor-instance .view-lines').first();
const quickInput = page.locator('.quick-input-widget:not([style*="display: none"])');
const dialog = page.locator('.monaco-dialog-box');
const thread = page.locator('.review-widget');
const status = page.locator('.statusbar-item', { hasText: 'CodeAssess' });
const toast = text => page.locator('.notifications-toasts .notification-toast', { hasText: text });
const panel = page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
const seeing = locator => locator.first().waitFor({ timeout: PATIENCE });
const shot = name => page.screenshot({ path: path.join(shots, `${name}.png`) });
const step = name => console.error(`${(performance.now() / 1000).toFixed(1)} s  ${name}`);

async function openWindow() {
  await page.goto(`${url}/?folder=${encodeURIComponent(folder)}`, { waitUntil: 'domcontentloaded', timeout: PATIENCE });
  await seeing(status);
}

async function begin() {
  await seeing(file);
  await file.dblclick();
  await seeing(lines);
  await page.keyboard.press('F1');
  await quickInput.locator('input').fill('>CodeAssess: Start or Join');
  await page.keyboard.press('Enter');
  await seeing(quickInput.getByText('Start a new session'));
  await page.keyboard.press('Enter');
  const box = quickInput.locator('input[type=password]');
  await seeing(box);
  await box.fill(process.env.TOKEN);
  await page.keyboard.press('Enter');
  await seeing(dialog);
  seen.consent = await dialog.innerText();
  await shot('vscode-consent');
  await dialog.getByRole('button', { name: 'I Agree' }).click();
  await seeing(panel.getByText('main.py'));
}

async function write() {
  await lines.click();
  await page.keyboard.press('Control+End');
  for (const line of CODE) {
    await page.keyboard.type(`${line}\n`, { delay: 15 });
  }
}

async function answer() {
  await seeing(toast('A question about main.py'));
  await seeing(thread);
  seen.typed = await lines.innerText();
  await page.waitForTimeout(600); // the animations of the toast and of the thread
  await shot('vscode-question');
  await toast('A question about main.py').getByRole('button', { name: 'Answer' }).click();
  await thread.locator('.comment-form .monaco-editor').first().click();
  await page.keyboard.type(ANSWER[0], { delay: 10 });
  await page.keyboard.press('Enter');
  await page.keyboard.type(ANSWER[1], { delay: 10 });
  await shot('vscode-answer');
  await thread.getByRole('button', { name: 'Submit Answer' }).click();
  await seeing(thread.getByText('/ 10'));
  await seeing(panel.getByText('/ 10'));
  await page.waitForTimeout(400);
  await shot('vscode-evaluation');
  seen.thread = await thread.first().innerText();
  seen.panel = await panel.locator('main').innerText();
}

async function reload() {
  await page.reload({ waitUntil: 'domcontentloaded', timeout: PATIENCE });
  await seeing(status.filter({ hasText: 'saved' }));
  await page.keyboard.press('F1');
  await quickInput.locator('input').fill('>View: Show CodeAssess');
  await page.keyboard.press('Enter');
  await seeing(panel.getByText('/ 10'));
  seen.afterReload = await panel.locator('main').innerText();
  await shot('vscode-reloaded');
}

async function finish() {
  await panel.getByRole('button', { name: 'Finish the session' }).click();
  await seeing(dialog);
  await dialog.getByRole('button', { name: 'Finish' }).click();
  await seeing(toast('its report is written'));
  await seeing(status.filter({ hasText: 'finished' }));
  await shot('vscode-finished');
  seen.finished = await panel.locator('main').innerText();
}

let failure;
for (const work of [openWindow, begin, write, answer, reload, finish]) {
  try {
    step(work.name);
    await work();
  } catch (problem) {
    failure = `${work.name}: ${problem.message}`;
    await shot('vscode-failed').catch(() => undefined);
    break;
  }
}
step(failure ?? 'done');
console.log(JSON.stringify({ ...seen, failure: failure ?? null }));
await context.close();
process.exitCode = failure ? 1 : 0;
