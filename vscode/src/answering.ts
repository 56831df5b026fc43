import * as vscode from 'vscode';

import type { Model } from './model';
import type { Server } from './server';
import { askSlots } from './slots';
import type { Threads } from './threads';
import type { Question } from './wire';

/** Requests something from the language server and updates the question; throws when it was refused. */
export type React = (work: (server: Server) => Promise<Question>) => Promise<void>;

/** The actions of a candidate on a question. */
export class Answering {
  constructor(
    private readonly _model: Model,
    private readonly _threads: Threads,
    private readonly _react: React
  ) {}

  /** Show the lines of a question, by default of the open one; with `answer`, go on to its answer. */
  async show(id?: string, answer = true): Promise<void> {
    const open = this._model.questions.findLast(question => question.state === 'open');
    const question = id === undefined ? open : this._model.question(id);
    if (!question) {
      return;
    }
    const answers = answer && question.state === 'open' && this._model.answerable;
    const shown = await this._threads.reveal(question.id, !answers);
    if (shown && answers) {
      await this.giveResult(question, Object.keys(question.given ?? {}).length === 0);
    }
  }

  /** Ask for the result that a question wants, and go on to the answer box for the why. */
  async giveResult(question: Question | undefined, ask = true): Promise<void> {
    if (!question) {
      return;
    }
    if (ask && question.slots.length > 0) {
      this._model.setGiven(question.id, await askSlots(question, question.given ?? {}));
    }
    if (!(await this._threads.write(question.id))) {
      void vscode.window.showInformationMessage('Click into the box below the question to answer it.');
    }
  }

  /** The candidate pressed Submit in a thread. Throws after a refusal: VS Code then keeps the text in the box. */
  async submit(reply: vscode.CommentReply): Promise<void> {
    const question = this._threads.questionOf(reply.thread);
    const text = reply.text.trim();
    const given = question?.given ?? {};
    if (question && (text || Object.values(given).some(Boolean))) {
      await this._react(server => server.answer(question.id, text, given));
    }
  }

  async defer(question: Question | undefined): Promise<void> {
    if (question) {
      await this._react(server => server.defer(question.id));
    }
  }
}
