// Sessions in which every word wants to load or to run something: in the panel, on the timeline and in the reports.
import { assert, button, picture, please, rest, run, say, show, token, url, visit } from './driver.mjs';

const { mark, going, ended, written, prose, visible } = JSON.parse(await please('texts'));
const ACTIVE =
  'img, image, picture, video, audio, source, track, iframe, frame, object, embed, link, script, style, base, meta, form[action], a[href], area, math, template, noscript, marquee, [srcset], [background], [data-commandlinker-command], mjx-container, .jp-RenderedHTMLCommon';

/** Whatever a payload causes: requests, calls, dialogs, other pages, another address of this one. */
async function watched(page, context) {
  const hits = [];
  await page.exposeFunction('hit', what => void hits.push(`called: ${what}`));
  page.on('request', request => {
    if (request.url().includes(mark) || /\/logout|\/shutdown/.test(request.url())) {
      hits.push(`requested: ${request.url()}`);
    }
  });
  page.on('dialog', dialog => {
    hits.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', other => hits.push(`opened: ${other.url()}`));
  return hits;
}

/** Nothing of ours contains an element that loads or acts on its own (CodeMirror's image without a source does not). */
async function inert(page, selector) {
  const found = await page
    .locator(selector)
    .first()
    .evaluate(
      (node, active) =>
        [...node.querySelectorAll(active)]
          .filter(found => !found.matches('img.cm-widgetBuffer:not([src])'))
          .map(element => element.outerHTML.slice(0, 200)),
      ACTIVE
    );
  assert(found.length === 0, `${selector} contains\n${found.join('\n')}`);
}

const texts = (page, selector) => page.locator(selector).evaluateAll(nodes => nodes.map(node => node.textContent));

function same(shown, sent, what) {
  assert(shown.length === sent.length, `${what}: ${shown.length} are shown, ${sent.length} were sent`);
  sent.forEach((text, n) => assert(shown[n] === text, `${what} ${n}: shown is\n${shown[n]}\nsent was\n${text}`));
  say(`${what}: ${sent.length} are shown as they were sent`);
}

async function panel(page) {
  await visit(page, 'work.py', `&codeassess=${going}`);
  await show(page);
  await inert(page, '#codeassess-candidate');
  await button(page, 'I agree, begin').click();
  await page.locator('.jp-codeassess-Header').waitFor();
  await page.reload({ waitUntil: 'domcontentloaded' });
  await page.waitForFunction(() => window.jupyterapp?.commands.hasCommand('codeassess:show'));
  await show(page); // JupyterLab may not have kept yet that the panel was open
  await page.waitForFunction(
    count => document.querySelectorAll('.jp-codeassess-Exchange > .jp-codeassess-Answer').length === count,
    written.length
  );
  await page.locator('.jp-codeassess-Task summary').click();
  await inert(page, '#codeassess-candidate');
  const shown = async part => (await texts(page, `.jp-codeassess-Exchange > ${part}`)).reverse();
  same(await shown('.jp-codeassess-Written'), prose, 'questions in the panel');
  same(await shown('.jp-codeassess-Answer > .jp-codeassess-Written'), written, 'answers in the panel');
  await picture(page, 'text-1-panel');
}

/** Step through all events; what the detail says at each. */
function stepped(page) {
  return page.evaluate(async () => {
    const view = document.querySelector('.jp-codeassess-Timeline');
    const press = key => view.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const chosen = () => document.querySelector('.jp-codeassess-Events').getAttribute('aria-activedescendant');
    const moved = async before => {
      for (let n = 0; n < 60; n++) {
        await frame();
        if (chosen() !== before) {
          return true;
        }
      }
      return false; // it was the last event
    };
    const part = selector => document.querySelector(`.jp-codeassess-Detail ${selector}`)?.textContent ?? null;
    const seen = [];
    press('Home');
    await frame();
    for (;;) {
      const before = chosen();
      press('ArrowDown');
      if (!(await moved(before))) {
        return seen;
      }
      await frame();
      const answer = part('.jp-codeassess-Answer .jp-codeassess-Written');
      if (answer !== null && answer !== seen.at(-1)?.answer) {
        seen.push({ answer, question: part('article > .jp-codeassess-Written') });
      }
    }
  });
}

/** End the session; its report is written by the server of now. */
async function finish() {
  const address = `${url}/sessions/${going}/generate-report`;
  await fetch(address, { method: 'POST', headers: { Authorization: `token ${token}` } });
  while ((await rest(`/sessions/${going}/`)).status !== 'ended') {
    await new Promise(done => setTimeout(done, 200));
  }
}

async function grader(page) {
  await page.locator('.jp-FileEditor').waitFor(); // the layout of before the reload is here
  await page.evaluate(session => window.jupyterapp.commands.execute('codeassess:open-session', { session }), going);
  await page.getByRole('slider').waitFor();
  await page.locator('.jp-codeassess-Event').first().waitFor();
  const seen = await stepped(page);
  same(
    seen.map(({ answer }) => answer),
    written,
    'answers on the timeline'
  );
  same(
    seen.map(({ question }) => question),
    prose,
    'questions on the timeline'
  );
  await inert(page, '.jp-codeassess-Session');
  await picture(page, 'text-2-timeline');
  await page.getByRole('tab', { name: 'Report' }).last().click();
  await page.locator('.jp-codeassess-Asked').first().waitFor();
  same(await texts(page, '.jp-codeassess-Asked > .jp-codeassess-Written'), prose, 'questions in the report');
  same(
    await texts(page, '.jp-codeassess-Asked > .jp-codeassess-Answer > .jp-codeassess-Written'),
    written,
    'answers in the report'
  );
  same(
    await texts(page, '.jp-codeassess-Asked > .jp-codeassess-Evaluation > .jp-codeassess-Written'),
    prose,
    'evaluations in the report'
  );
  await inert(page, '.jp-codeassess-Session');
  await picture(page, 'text-3-report');
  await page.evaluate(session => window.jupyterapp.commands.execute('codeassess:open-session', { session }), ended);
  const other = page.locator('.jp-codeassess-Session:visible');
  await other.getByRole('tab', { name: 'Report' }).click();
  await other.locator('.jp-codeassess-Overall').waitFor();
  await inert(page, '.jp-codeassess-Session:visible');
  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:review'));
  await page.locator('.jp-codeassess-Dashboard [role=row]').nth(1).waitFor();
  await inert(page, '.jp-codeassess-Dashboard');
}

/** Without the spaces, which Markdown does not count. */
const bare = text => text.replace(/[\s\u00a0]+/g, '');

/** The Markdown export as JupyterLab itself renders it. */
async function markdown(page) {
  const headers = { Authorization: `token ${token}` };
  const content = await (await fetch(`${url}/sessions/${going}/report/?format=markdown`, { headers })).text();
  const body = JSON.stringify({ type: 'file', format: 'text', content });
  await fetch(`${url}/api/contents/report.md`, { method: 'PUT', headers, body });
  await page.evaluate(
    () => void window.jupyterapp.commands.execute('docmanager:open', { path: 'report.md', factory: 'Markdown Preview' })
  );
  const rendered = page.locator('.jp-MarkdownViewer .jp-RenderedMarkdown');
  await rendered.locator('h2').nth(3).waitFor();
  const active = await rendered.evaluate(node =>
    [
      ...node.querySelectorAll(
        'img, iframe, a[href]:not([href^="#"]):not(.jp-InternalAnchorLink), script, mjx-container, form, input, [data-commandlinker-command]'
      )
    ].map(element => element.outerHTML.slice(0, 200))
  );
  assert(active.length === 0, `the Markdown report contains\n${active.join('\n')}`);
  const all = bare(await rendered.textContent());
  visible.forEach((text, n) =>
    assert(all.includes(bare(text)), `answer ${n} is not in the Markdown report as it was sent:\n${text}`)
  );
  say('the Markdown report is text');
}

async function html(page) {
  await page.goto(`${url}/sessions/${going}/report/?format=html&token=${token}`);
  same(await texts(page, 'p.answer'), visible, 'answers in the HTML report');
  const active = await page.evaluate(
    () =>
      [
        ...document.querySelectorAll(
          'body :is(img, iframe, script, link, style, object, embed, form, base, svg, a:not([href^="#"]))'
        )
      ].length
  );
  assert(active === 0, `the HTML report has ${active} active elements`);
  await picture(page, 'text-4-html');
}

await run(async ({ page, context }) => {
  const hits = await watched(page, context);
  await panel(page);
  await finish();
  await grader(page);
  await markdown(page);
  await html(page);
  assert((await rest(`/sessions/${going}/`)).status === 'ended', 'the grader is logged out');
  assert(hits.length === 0, `a text did something:\n${hits.join('\n')}`);
  say('0 requests, 0 executions');
});
