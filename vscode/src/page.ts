import { blocksOf, type IBlock } from '../../labextension/src/panel/markdown';
import type { Question, State } from './wire';
import { lastQuestions, linesInWords, score } from './wording';

/** The side view's page: no script, only text and links to commands. */
export function page(state: State, questions: readonly Question[], names: ReadonlyMap<string, string>): string {
  const body = state.session === null ? invitation(state) : session(state, questions, names);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>CodeAssess</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

function invitation(state: State): string {
  if (state.keeping === 'connecting') {
    return '<p role="status">Resuming your session …</p>';
  }
  const problem =
    state.problem && state.problem.code !== 'no_token' ? `<p class="problem">${text(state.problem.message)}</p>` : '';
  return `${problem}<p>Write code, and answer questions about it where it stands.</p>
<p>Only the files that you put into a session are sent, never others.</p>
${state.offered === null ? button('codeassess.join', 'Join with a code') : ''}
${state.offered === null ? button('codeassess.start', 'Start or join a session', 'quiet') : button('codeassess.start', 'Join your session')}`;
}

function session(state: State, questions: readonly Question[], names: ReadonlyMap<string, string>): string {
  const over = state.status === 'ended';
  const parts = [
    state.title ? `<h1>${text(state.title)}</h1>` : '',
    state.problem ? `<p class="problem" role="status">${text(state.problem.message)}${comfort(state)}</p>` : '',
    recovery(state),
    state.instructions
      ? `<section class="task"><h2>Instructions</h2>${task(state.instructions, state.title)}</section>`
      : '',
    `<section><h2>Files</h2>${files(state, names)}</section>`,
    closing(state, questions),
    `<section><h2>Questions</h2>${conversation(questions, !over && state.status !== 'finishing')}</section>`,
    over && state.report ? button('codeassess.report', 'Show the report') : '',
    state.status === 'finishing' ? '<p role="status">The report is being written …</p>' : '',
    !over && state.status !== 'finishing' ? finish(state) : '',
    over ? button('codeassess.start', 'Start another session', 'quiet') : ''
  ];
  return parts.join('\n');
}

/** The last questions before the end: how many there are. */
function closing(state: State, questions: readonly Question[]): string {
  if (state.status !== 'closing') {
    return '';
  }
  const next = questions.some(question => question.state === 'open')
    ? ''
    : '<p class="faint">The next one is being written …</p>';
  return `<section role="status"><h2>Before you finish</h2><p>${lastQuestions(state.questionsLeft)} Then the report is written.</p>${next}</section>`;
}

function finish(state: State): string {
  if (state.finishSent) {
    return '<p role="status">Finishing …</p>';
  }
  return button(
    'codeassess.finish',
    state.status === 'closing' ? 'Finish without these questions' : 'Finish the session'
  );
}

function comfort(state: State): string {
  return state.keeping === 'offline' ? ' What you type is kept on this computer and sent later.' : '';
}

function recovery(state: State): string {
  if (state.keeping === 'elsewhere') {
    const nobody = '<p>The other window does not write any more, and nothing is recorded here.</p>';
    return (state.free ? nobody : '') + button('codeassess.reconnect', 'Write from here');
  }
  if (state.keeping === 'refused') {
    return button('codeassess.join', 'Join with a code') + button('codeassess.changeToken', 'Enter a token', 'quiet');
  }
  if (state.keeping === 'dead') {
    return button('codeassess.reconnect', 'Start it again');
  }
  return state.keeping === 'offline' ? button('codeassess.reconnect', 'Try to connect now', 'quiet') : '';
}

function files(state: State, names: ReadonlyMap<string, string>): string {
  const items = state.documents.map(uri => `<li>${text(names.get(uri) ?? uri)}</li>`).join('');
  const list = items ? `<ul>${items}</ul>` : '<p class="faint">None yet: nothing is recorded.</p>';
  return state.status === 'active' || state.status === 'closing' || state.status === null
    ? list + button('codeassess.addFile', 'Put the open file in', 'quiet')
    : list;
}

/** The newest question first; `open`: the session still takes answers. */
function conversation(questions: readonly Question[], open: boolean): string {
  if (questions.length === 0) {
    return '<p class="faint">None yet. Write on: a question comes when there is something to ask about.</p>';
  }
  return `<ol>${[...questions]
    .reverse()
    .map(question => entry(question, open))
    .join('')}</ol>`;
}

function entry(question: Question, open: boolean): string {
  const where = `<a href="${command('codeassess.showQuestion', question.id)}">${text(linesInWords(question))}</a>`;
  const answer = question.answer === null ? '' : `<p class="answer">${text(question.answer)}</p>`;
  return `<li><p class="where">${where}${mark(question)}</p><p>${prose(question.question)}</p>${answer}${outcome(question, open)}</li>`;
}

function mark(question: Question): string {
  return question.score === null ? '' : ` <span class="score">${text(score(question).points)}</span>`;
}

function outcome(question: Question, open: boolean): string {
  switch (question.state) {
    case 'open':
      return open ? button('codeassess.showQuestion', 'Answer', '', question.id) : '<p class="faint">Not answered.</p>';
    case 'answered':
      return '<p class="faint">Being evaluated …</p>';
    case 'deferred':
      return '<p class="faint">Put off.</p>';
    case 'failed':
      return '<p class="faint">A person will evaluate this answer.</p>';
    case 'evaluated':
      return `<p>${prose(question.evaluation ?? '')}</p>${unsettled(question)}`;
    case 'closed':
      return '<p class="faint">It came too late and is not part of the session.</p>';
  }
}

/** What is still open in the score. */
function unsettled(question: Question): string {
  const { open } = score(question);
  return open && `<p class="faint">${text(open.charAt(0).toUpperCase() + open.slice(1))}.</p>`;
}

function button(name: string, label: string, kind = '', argument?: string): string {
  return `<p><a class="button ${kind}" role="button" href="${command(name, argument)}">${text(label)}</a></p>`;
}

function command(name: string, argument?: string): string {
  return `command:${name}${argument === undefined ? '' : `?${encodeURIComponent(JSON.stringify([argument]))}`}`;
}

function text(value: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return value.replace(/[&<>"']/g, character => names[character] ?? character);
}

/** The instructions as in JupyterLab: headings, lists and code; everything else in them is text. */
function task(instructions: string, title: string): string {
  const blocks = blocksOf(instructions);
  const named = blocks[0]?.kind === 'heading' && blocks[0].lines[0] === title; // the title is above
  return blocks
    .slice(named ? 1 : 0)
    .map(block)
    .join('\n');
}

function block({ kind, lines }: IBlock): string {
  const items = lines.map(line => `<li>${prose(line)}</li>`).join('');
  switch (kind) {
    case 'heading':
      return `<h3>${prose(lines.join(' '))}</h3>`;
    case 'code':
      return `<pre tabindex="0">${text(lines.join('\n'))}</pre>`;
    case 'bullets':
      return `<ul>${items}</ul>`;
    case 'numbers':
      return `<ol>${items}</ol>`;
    case 'paragraph':
      return `<p>${prose(lines.join('\n'))}</p>`;
  }
}

/** Text in which `backticks` mark code. */
function prose(value: string): string {
  return text(value).replace(/`([^`\n]+)`/g, '<code>$1</code>');
}

const STYLE = `
body { padding: 0 12px 16px; line-height: 1.45; }
h1 { font-size: 1.25em; margin: 12px 0 4px; }
h2 { font-size: 11px; font-weight: 600; text-transform: uppercase; letter-spacing: .04em; margin: 20px 0 4px;
  color: var(--vscode-sideBarSectionHeader-foreground, var(--vscode-foreground)); }
p { margin: 6px 0; overflow-wrap: anywhere; }
ul, ol { margin: 0; padding: 0; list-style: none; }
ol > li { padding: 8px 0 10px; border-top: 1px solid var(--vscode-sideBarSectionHeader-border, var(--vscode-widget-border, transparent)); }
ol > li:first-child { border-top: 0; }
.task h3 { font-size: 1.05em; margin: 12px 0 4px; }
.task ul, .task ol { padding-left: 20px; list-style: disc; }
.task ol { list-style: decimal; }
.task li { padding: 1px 0; border: 0; }
.task pre { overflow-x: auto; padding: 6px 8px; background: var(--vscode-textCodeBlock-background); }
.answer { white-space: pre-wrap; }
.answer { border-left: 2px solid var(--vscode-textBlockQuote-border, currentColor); padding-left: 8px; }
.where { display: flex; justify-content: space-between; gap: 8px; font-size: .92em; }
.score { font-variant-numeric: tabular-nums; white-space: nowrap; font-weight: 600; }
code { font-family: var(--vscode-editor-font-family, monospace); font-size: .95em; }
.faint { color: var(--vscode-descriptionForeground); }
.problem { border-left: 3px solid var(--vscode-editorWarning-foreground, currentColor); padding: 2px 8px; }
.button { display: inline-block; padding: 4px 11px; border-radius: 2px; text-decoration: none;
  color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.button:hover { background: var(--vscode-button-hoverBackground); color: var(--vscode-button-foreground); }
.button.quiet { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
.button.quiet:hover { background: var(--vscode-button-secondaryHoverBackground); }
a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
`;
