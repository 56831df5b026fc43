import * as vscode from 'vscode';

import { askFolder, askInvitation, confirmLeaving, confirmServer } from './asking';
import { askFiles } from './beginning';
import type { Credentials } from './credentials';
import { openToRecord } from './files';
import { readHandOver } from './invitation';
import type { Memory } from './memory';
import type { Model } from './model';
import type { Running } from './running';
import { complain, reason, type Server } from './server';
import type { Redeemed } from './wire';
import { minutes } from './wording';

/** Under which a folder that is being opened finds what it was opened for. */
const PENDING = 'codeassess.pending';
const PENDING_MILLISECONDS = 600_000;
const BEGIN = 'Begin';
const AGAIN = 'Try Again';

interface Pending {
  redeemed: Redeemed;
  folder: string;
  at: number;
}

/** What Joining needs of the sessions of this window. */
export interface Entrance {
  /** Have a language server for this service; false: there is none. */
  launch(serverUrl: string): Promise<boolean>;
  /** Begin or join after consent; false: the candidate did not agree, or it was refused, which is shown. */
  enter(name: 'start' | 'join', parameters: Record<string, unknown>, about: string): Promise<boolean>;
}

/** How a candidate comes in with a code: by the command, or by a link of the joining page. */
export class Joining implements vscode.UriHandler {
  constructor(
    private readonly _state: vscode.Memento,
    private readonly _running: Running,
    private readonly _model: Model,
    private readonly _credentials: Credentials,
    private readonly _memory: Memory,
    private readonly _entrance: Entrance
  ) {}

  /** The command. */
  async join(): Promise<void> {
    const invitation = await askInvitation(this._memory.last?.serverUrl ?? '');
    if (invitation === undefined || !(await this._mayLeave())) {
      return;
    }
    try {
      await this._redeem(invitation.server, invitation.code);
    } catch (problem) {
      const pressed = await vscode.window.showErrorMessage(`CodeAssess: ${reason(problem)}`, AGAIN);
      if (pressed === AGAIN) {
        await this.join();
      }
    }
  }

  /** A link `vscode://codeassess.codeassess/join?…`, which any page may have made. */
  async handleUri({ path, query }: vscode.Uri): Promise<void> {
    try {
      const { server, code } = readHandOver(path, query);
      if ((await confirmServer(server)) && (await this._mayLeave())) {
        await this._redeem(server, code);
      }
    } catch (problem) {
      complain(problem);
    }
  }

  /** This window may have been opened for a task: go on with it. */
  async goOn(): Promise<void> {
    const pending = this._state.get<Pending>(PENDING);
    const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === pending?.folder)?.uri;
    if (pending === undefined || folder === undefined) {
      return;
    }
    await this._state.update(PENDING, undefined);
    const recent = Date.now() - pending.at < PENDING_MILLISECONDS;
    if (recent && (await this._entrance.launch(pending.redeemed.server))) {
      await this._begin(pending.redeemed, folder);
    }
  }

  private async _mayLeave(): Promise<boolean> {
    const { session, status, keeping } = this._model.state;
    const goesOn = session !== null && status !== 'ended' && keeping !== 'refused';
    return !goesOn || confirmLeaving();
  }

  /** Exchange the code for a credential, which the language server keeps; throws what it refuses. */
  private async _redeem(serverUrl: string, code: string): Promise<void> {
    if (!(await this._entrance.launch(serverUrl))) {
      return;
    }
    await this._running.synchronized;
    const server = this._running.server as Server;
    const options = { location: vscode.ProgressLocation.Window, title: 'CodeAssess: joining' };
    const redeemed = await vscode.window.withProgress(options, () => server.redeem({ code, serverUrl }));
    await this._credentials.forget(serverUrl); // a token of before would count first
    await this._settle(redeemed);
  }

  /** Ask for a folder, and begin in it: here, or in the window that it is opened in. */
  private async _settle(redeemed: Redeemed): Promise<void> {
    const folder = await askFolder(redeemed);
    if (folder === undefined) {
      await this._later(redeemed);
    } else if (vscode.workspace.getWorkspaceFolder(folder)) {
      await this._begin(redeemed, folder);
    } else {
      await vscode.workspace.fs.createDirectory(folder);
      const pending: Pending = { redeemed, folder: folder.toString(), at: Date.now() };
      await this._state.update(PENDING, pending);
      const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
      await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow });
    }
  }

  private async _later(redeemed: Redeemed): Promise<void> {
    const message = `You have joined “${redeemed.title}”. Nothing has begun yet.`;
    if ((await vscode.window.showInformationMessage(message, BEGIN)) === BEGIN) {
      await this._settle(redeemed);
    }
  }

  private async _begin(redeemed: Redeemed, folder: vscode.Uri): Promise<void> {
    const { session, assessmentId, title, timeLimit } = redeemed;
    const [name, wanted] = session === null ? (['start', { assessmentId }] as const) : (['join', { session }] as const);
    const limit = timeLimit === null ? '' : `You have ${minutes(timeLimit)}. `;
    const about = session === null ? `“${title}”: ${limit}The task, and its time, begin when you agree.` : `“${title}”`;
    if (await this._entrance.enter(name, wanted, about)) {
      await this._open(folder, session === null).catch(complain);
    } else {
      await this._later(redeemed);
    }
  }

  /** Put the files of the task into the folder, open them, and record them. */
  private async _open(folder: vscode.Uri, first: boolean): Promise<void> {
    const server = this._running.server as Server;
    const { files, kept, refused } = await server.starter(folder.toString());
    for (const { path, problem } of refused) {
      complain(new Error(`${path} of the task was not written: ${problem}. Tell who invited you.`));
    }
    if (first && kept.length > 0) {
      void vscode.window.showInformationMessage(`Left as they were, because they exist: ${kept.join(', ')}`);
    }
    const opened = files.length > 0 ? await openToRecord(files) : await askFiles();
    for (const uri of opened ?? []) {
      await this._running.do(running => running.do('addDocument', { uri }));
    }
  }
}
