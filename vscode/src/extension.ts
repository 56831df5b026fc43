import * as vscode from 'vscode';

import { Model } from './model';
import { Panel } from './panel';
import { Sessions } from './sessions';
import { StatusBar } from './status';
import { Threads } from './threads';

let sessions: Sessions | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const model = new Model();
  const threads = new Threads(model);
  const log = vscode.window.createOutputChannel('CodeAssess', { log: true });
  const ours = new Sessions(context, model, threads, log);
  sessions = ours;
  const command = (name: string, work: (...given: never[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`codeassess.${name}`, work);
  context.subscriptions.push(
    log,
    model,
    threads,
    new StatusBar(model),
    vscode.window.registerWebviewViewProvider('codeassess.panel', new Panel(model)),
    vscode.window.registerUriHandler(ours.joining),
    command('join', () => ours.joining.join()),
    command('start', () => ours.begin()),
    command('addFile', (uri?: vscode.Uri) => ours.addFile(uri)),
    command('removeFile', () => ours.removeFile()),
    command('showQuestion', (id?: string) => ours.answering.show(id)),
    command('finish', () => ours.finish()),
    command('leave', () => ours.leave()),
    command('report', () => ours.showReport()),
    command('reconnect', () => ours.reconnect()),
    command('changeToken', () => ours.changeToken()),
    command('showLog', () => log.show(true)),
    command('restart', () => ours.restart()),
    command('submit', (reply: vscode.CommentReply) => ours.answering.submit(reply)),
    command('giveResult', (reply: vscode.CommentReply) => ours.answering.giveResult(threads.questionOf(reply.thread))),
    command('defer', (reply: vscode.CommentReply) => ours.answering.defer(threads.questionOf(reply.thread)))
  );
  await ours.resume();
  await ours.joining.goOn();
}

export async function deactivate(): Promise<void> {
  await sessions?.stop();
}
