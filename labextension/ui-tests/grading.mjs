// What the grader's scenarios share: the dashboard, and one session of it.
import { assert, rest, token, url } from './driver.mjs';

export const dashboard = page => page.locator('.jp-codeassess-Dashboard');

export const session = page => page.locator('.jp-codeassess-Session:visible');

export const rows = page => dashboard(page).locator('.jp-codeassess-Rows .jp-codeassess-Row');

export const groups = page => dashboard(page).locator('.jp-codeassess-Rows .jp-codeassess-Group');

/** With groups, or all sessions in one list. */
export const grouped = (page, yes) =>
  dashboard(page).getByRole('checkbox', { name: 'Group by assessment' }).setChecked(yes);

/** Open Lab, and in it the dashboard. */
export async function visitDashboard(page) {
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await page.locator('.jp-LauncherCard').first().waitFor();
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.locator('.jp-LauncherCard[data-category=CodeAssess]', { hasText: 'Review assessments' }).click();
  await dashboard(page).waitFor();
}

/** Open a candidate's session from the dashboard and wait for its whole history. */
export async function openSession(page, candidate) {
  await dashboard(page).getByRole('button', { name: candidate, exact: true }).click();
  await session(page).locator('.jp-codeassess-Playhead').waitFor();
  await session(page).getByRole('button', { name: 'Play (Space)' }).and(page.locator(':enabled')).waitFor();
}

/** The code that is shown. */
export function shown(page) {
  return session(page)
    .locator('.jp-codeassess-Code .cm-content')
    .evaluate(node => node.cmTile.view.state.doc.toString());
}

/** The session of a candidate, as the server lists it. */
export async function listed(candidate) {
  const { items } = await rest('/sessions/?limit=1000');
  const found = items.find(({ owner }) => owner === candidate);
  assert(found, `no session of ${candidate}`);
  return found;
}

/** Write code into a session as its candidate's editor would: resolves when the server has stored it. */
export function write(page, id, document, code) {
  return page.evaluate(
    ({ id, document, code }) =>
      new Promise((done, failed) => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/session/${id}`);
        socket.onopen = () =>
          socket.send(JSON.stringify({ message_type: 'hello', protocol: 1, client_id: 'scenario' }));
        socket.onclose = ({ code, reason }) => failed(new Error(`closed: ${code} ${reason}`));
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(data);
          if (message.message_type === 'welcome') {
            const seq = message.acked_seq + 1;
            socket.send(JSON.stringify({ message_type: 'code_update', seq, document: { uri: document }, code }));
          } else if (message.message_type === 'ack') {
            socket.onclose = null;
            socket.close();
            done();
          } else if (message.message_type === 'error') {
            failed(new Error(data));
          }
        };
      }),
    { id, document, code }
  );
}
