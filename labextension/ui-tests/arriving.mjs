// A candidate comes into JupyterLab with one click on the page of their invitation, and confirms there that they join.
import { assert, button, panel, picture, please, run, saved, show, token, url } from './driver.mjs';

const field = page => panel(page).getByRole('textbox', { name: 'Code or link of your invitation' });

await run(async ({ page, problems }) => {
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' }); // as who is at home there
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  const link = await please('link');
  const code = link.split('/').at(-1);
  await page.goto(link);
  await page.getByRole('heading', { name: 'you are invited to' }).waitFor();
  await picture(page, 'arriving-page');
  await page.getByRole('link', { name: 'Open JupyterLab' }).click();

  // The code is filled in, and nowhere else; nobody has joined before the button is pressed.
  await field(page).waitFor();
  await page.waitForFunction(code => document.querySelector('#codeassess-candidate input')?.value === code, code);
  await panel(page).getByText('This code came with the link').waitFor();
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  assert(!page.url().includes(code) && new URL(page.url()).hash === '', `the code is in the address: ${page.url()}`);
  assert((await please('joined')) === 'no', 'the link joined by itself');
  await picture(page, 'arriving');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert(!kept.includes(code), 'the code is kept in the browser');

  // After a reload it is gone; the way back is the page.
  await page.reload({ waitUntil: 'domcontentloaded' });
  await page.waitForFunction(() => window.jupyterapp?.commands.hasCommand('codeassess:show'));
  await show(page);
  await field(page).waitFor();
  assert((await field(page).inputValue()) === '', 'the code is still there after a reload');
  await page.goto(link);
  await page.getByRole('link', { name: 'Open JupyterLab' }).click();
  await panel(page).getByText('This code came with the link').waitFor();
  await panel(page).getByRole('button', { name: 'Join', exact: true }).click();
  await panel(page).getByRole('heading', { name: 'Averages' }).waitFor();
  assert((await please('joined')) === 'yes', 'nobody has joined');
  await button(page, 'I agree, begin').click();
  await saved(page);

  // In a session a link does nothing but say what to do first.
  await page.goto(`${url}/lab?again#codeassess-join=7K3M-9QRT-2XWB`, { waitUntil: 'domcontentloaded' });
  await panel(page).getByRole('alert').getByText('finish or close this session first').waitFor();
  await saved(page);
  await picture(page, 'arriving-in-session');
  assert(new URL(page.url()).hash === '', 'the code is in the address');

  const ours = problems.filter(problem => !/Failed to load resource|WebSocket/.test(problem));
  assert(ours.length === 0, ours.join('\n'));
});
