import * as vscode from 'vscode';

import { away, focusAnswerBox } from './answer_box';
import type { Model } from './model';
import { plain, prose } from './plain';
import type { Question } from './wire';
import { verdict } from './wording';

const EXAMINER: vscode.CommentAuthorInformation = { name: 'CodeAssess' };
const CANDIDATE: vscode.CommentAuthorInformation = { name: 'You' };

class Note implements vscode.Comment {
  readonly mode = vscode.CommentMode.Preview;
  constructor(
    readonly body: string | vscode.MarkdownString,
    readonly author: vscode.CommentAuthorInformation
  ) {}
}

/** Each question as a comment thread at its lines. A new thread never takes the focus. */
export class Threads implements vscode.Disposable {
  constructor(private readonly _model: Model) {
    this._controller = vscode.comments.createCommentController('codeassess', 'CodeAssess');
    this._controller.options = { prompt: 'Write your answer', placeHolder: 'Your answer, in your own words' };
    this._changing = _model.onChange(() => this._show());
  }

  /** The question of a thread. */
  questionOf(thread: vscode.CommentThread): Question | undefined {
    const id = [...this._threads].find(([, known]) => known === thread)?.[0];
    return id === undefined ? undefined : this._model.question(id);
  }

  /** Show a question's lines, with or without the focus. Resolves to whether it has any. */
  async reveal(id: string, focus: boolean): Promise<boolean> {
    const thread = this._threads.get(id);
    const range = thread?.range;
    if (!thread || !range) {
      return false;
    }
    if (!focus) {
      await away();
    }
    const at = new vscode.Position(range.end.line, 0);
    const options = { selection: new vscode.Range(at, at), preserveFocus: !focus };
    const editor = await vscode.window.showTextDocument(thread.uri, options);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    return true;
  }

  /**
   * Put the cursor into a question's answer box; what is typed until then is ignored. Resolves to whether it is there.
   */
  async write(id: string): Promise<boolean> {
    const thread = this._threads.get(id);
    const range = thread?.range;
    if (!thread || !range) {
      return false;
    }
    await away();
    this._makeFirst(thread, range.end.line);
    const editor = await vscode.window.showTextDocument(thread.uri, { preserveFocus: true });
    return focusAnswerBox(editor, range.end.line);
  }

  dispose(): void {
    this._changing.dispose();
    this._controller.dispose();
  }

  private _show(): void {
    for (const [id, thread] of this._threads) {
      if (!this._model.question(id)) {
        thread.dispose();
        this._threads.delete(id);
      }
    }
    for (const question of this._model.questions) {
      this._update(question);
    }
  }

  private _update(question: Question): void {
    const thread = this._threads.get(question.id) ?? this._create(question);
    if (!thread) {
      return;
    }
    const open = question.state === 'open' && this._model.answerable; // the session may have ended while the question is open
    if (thread.canReply !== open || thread.label === undefined) {
      thread.canReply = open;
      thread.label = open ? 'A question about these lines' : 'Question';
    }
    if (this._shown.get(thread) === question) {
      return;
    }
    const before = this._shown.get(thread)?.state;
    this._shown.set(thread, question);
    thread.comments = notes(question);
    thread.contextValue = open && question.slots.length > 0 ? 'open slots' : question.state;
    const done = question.state !== 'open' && question.state !== 'answered';
    // VS Code collapses a thread that becomes resolved, which can make the code jump: a new evaluation stays open to
    // be read.
    if (done && (before === undefined || question.state === 'deferred')) {
      thread.state = vscode.CommentThreadState.Resolved;
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    } else if (before === undefined) {
      thread.state = vscode.CommentThreadState.Unresolved;
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    }
  }

  /** VS Code focuses the oldest thread of a line: create the others of this line again, so that this one is the oldest. */
  private _makeFirst(thread: vscode.CommentThread, line: number): void {
    for (const [id, other] of this._threads) {
      const question = this._model.question(id);
      if (
        other !== thread &&
        question &&
        other.range?.end.line === line &&
        other.uri.toString() === thread.uri.toString()
      ) {
        other.dispose();
        this._threads.delete(id);
        this._update(question);
      }
    }
  }

  private _create(question: Question): vscode.CommentThread | undefined {
    if (!question.spot) {
      return undefined;
    }
    const { uri, start, end } = question.spot;
    const thread = this._controller.createCommentThread(vscode.Uri.parse(uri), new vscode.Range(start, 0, end, 0), []);
    this._threads.set(question.id, thread);
    return thread;
  }

  private readonly _controller: vscode.CommentController;
  private readonly _changing: vscode.Disposable;
  private readonly _threads = new Map<string, vscode.CommentThread>();
  private readonly _shown = new WeakMap<vscode.CommentThread, Question>();
}

function notes(question: Question): Note[] {
  const found = [new Note(new vscode.MarkdownString(prose(question.question)), EXAMINER)];
  const given = question.slots
    .filter(slot => question.given?.[slot.id])
    .map(slot => `${slot.label}: ${question.given?.[slot.id]}`);
  if (question.state === 'open' && given.length > 0) {
    found.push(new Note(new vscode.MarkdownString(plain(`${given.join('\n')}\nNow say why.`)), CANDIDATE));
  }
  if (question.answer !== null) {
    found.push(new Note(new vscode.MarkdownString(plain(question.answer)), CANDIDATE));
  }
  if (question.state === 'answered') {
    found.push(new Note('Being evaluated …', EXAMINER));
  } else if (question.state === 'evaluated' || question.state === 'failed') {
    found.push(new Note(new vscode.MarkdownString(verdict(question)), EXAMINER));
  } else if (question.state === 'closed') {
    found.push(new Note('This answer came too late and is not part of the session.', EXAMINER));
  }
  return found;
}
