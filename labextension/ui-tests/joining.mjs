// A candidate joins in JupyterLab with a code: everything goes to a service, and this Jupyter keeps nothing of it.
import { assert, button, giveResults, panel, picture, please, run, saved, token, url } from './driver.mjs';

await run(async ({ page, problems }) => {
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });

  // The launcher's card asks for a code; the keyboard is there at once, and a wrong one is told in a sentence.
  await page.locator('.jp-LauncherCard', { hasText: 'Code assessment' }).click();
  const code = panel(page).getByRole('textbox', { name: 'Code or link of your invitation' });
  await code.waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('#codeassess-candidate') !== null);
  await picture(page, 'join');
  await code.fill('7K3M');
  await page.keyboard.press('Enter');
  await panel(page).getByRole('alert').getByText('A code has 12 letters and digits').waitFor();

  // The whole link will do. What is asked before anything begins: consent.
  await code.fill(await please('link'));
  await page.keyboard.press('Enter');
  await panel(page).getByRole('heading', { name: 'Averages' }).waitFor();
  await picture(page, 'join-consent');

  // Back shows what the candidate is invited to, and the way into it.
  await button(page, 'Back').click();
  await panel(page).getByText('Begin until').waitFor();
  await picture(page, 'join-mine');
  await page.evaluate(() => window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' }));
  await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await picture(page, 'join-mine-dark');
  await button(page, 'Begin').click();
  await button(page, 'I agree, begin').click();

  // The files of the task are in a folder of its name; one that was there before is as it was.
  await page.locator('.jp-FileEditor:visible .cm-content').first().waitFor();
  await saved(page);
  assert((await please('notes')) === 'mine', 'a file that was there was overwritten');
  await panel(page).getByText('Averages').first().waitFor();

  // Type, be asked, answer: all of it is with the service.
  const editor = page.locator('.jp-FileEditor:visible .cm-content').first();
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(
    'def average(values):\n    total = 0\n    for value in values:\n        total += value\n    return total / len(values)\n'
  );
  await panel(page).locator('.jp-codeassess-Question').waitFor();
  await picture(page, 'join-question');
  await giveResults(page);
  await panel(page).locator('textarea').first().fill('It adds the values up and divides by how many there are.');
  await panel(page).getByRole('button', { name: 'Send', exact: true }).click();
  await panel(page).getByText('Earlier').waitFor();
  await saved(page);

  // The access is withdrawn: one sentence, and the way back in.
  await please('withdraw');
  await panel(page).getByText('join again with a code').first().waitFor();
  await panel(page).getByRole('heading', { name: 'Join with a code' }).waitFor();
  await picture(page, 'join-again');

  const ours = problems.filter(problem => !/Failed to load resource|WebSocket/.test(problem));
  assert(ours.length === 0, ours.join('\n'));
});
