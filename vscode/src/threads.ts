import * as vscode from 'vscode';

import type { Model } from './model';
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

/** Each question as a comment thread at the lines it is about. Nothing here takes the focus. */
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

  /** Show a question's lines; with `answer`, put the cursor into its answer box. */
  async reveal(id: string, answer: boolean): Promise<void> {
    const thread = this._threads.get(id);
    const range = thread?.range;
    if (!thread || !range) {
      return;
    }
    const editor = await vscode.window.showTextDocument(thread.uri, { selection: new vscode.Range(range.end, range.end) });
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    if (answer) {
      // The first goes to the thread only; what is typed then would be lost. The next widget in it is the answer box.
      await vscode.commands.executeCommand('workbench.action.focusCommentOnCurrentLine');
      await vscode.commands.executeCommand('widgetNavigation.focusNext');
    }
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
    if (!thread || this._shown.get(thread) === question) {
      return;
    }
    const before = this._shown.get(thread)?.state;
    this._shown.set(thread, question);
    const open = question.state === 'open';
    thread.comments = notes(question);
    thread.contextValue = question.state;
    thread.canReply = open;
    thread.label = open ? 'A question about these lines' : 'Question';
    const done = question.state === 'evaluated' || question.state === 'failed' || question.state === 'deferred';
    // VS Code closes a thread that becomes resolved, and what is above the window then makes the code jump: an
    // evaluation that has just come stays open to be read.
    if (done && (before === undefined || question.state === 'deferred')) {
      thread.state = vscode.CommentThreadState.Resolved;
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    } else if (before === undefined) {
      thread.state = vscode.CommentThreadState.Unresolved;
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
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
  const found = [new Note(new vscode.MarkdownString(question.question), EXAMINER)];
  if (question.answer !== null) {
    found.push(new Note(question.answer, CANDIDATE));
  }
  if (question.state === 'answered') {
    found.push(new Note('Being evaluated …', EXAMINER));
  } else if (question.state === 'evaluated' || question.state === 'failed') {
    found.push(new Note(new vscode.MarkdownString(verdict(question)), EXAMINER));
  }
  return found;
}
