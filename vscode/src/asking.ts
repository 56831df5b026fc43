import { homedir } from 'node:os';
import path from 'node:path';

import * as vscode from 'vscode';

import { isOpenToAll, NoInvitation, readInvitation, readServer } from './invitation';
import type { Redeemed } from './wire';

const TITLE = 'CodeAssess: Join';
const CONNECT = 'Connect';
const LEAVE = 'Leave It and Join';

/** Ask for a code or a link, and for the server where neither names it; undefined: cancelled. */
export async function askInvitation(last: string): Promise<{ server: string; code: string } | undefined> {
  const given = await vscode.window.showInputBox({
    title: TITLE,
    prompt: 'The code of your invitation, or its whole link',
    placeHolder: '7K3M-9QRT-2XWB',
    ignoreFocusOut: true,
    validateInput: text => (text.trim() === '' ? undefined : problemOf(text))
  });
  if (!given?.trim()) {
    return undefined;
  }
  const { server, code } = readInvitation(given);
  const known = server ?? readServer(vscode.workspace.getConfiguration('codeassess').get('serverUrl', ''));
  const where = known ?? (await askServer(last, TITLE));
  return where === undefined ? undefined : { server: where, code };
}

/** The address of a server, from the candidate; undefined: cancelled. */
export async function askServer(last: string, title: string): Promise<string | undefined> {
  const url = await vscode.window.showInputBox({
    title,
    prompt: 'The address of the codeassess server',
    placeHolder: 'https://assess.example.org',
    value: last,
    ignoreFocusOut: true,
    validateInput: text => (readServer(text) ? undefined : 'An address looks like https://assess.example.org')
  });
  return url === undefined ? undefined : readServer(url);
}

/** A link may come from any page: ask before anything is sent to the server that it names. */
export async function confirmServer(server: string): Promise<boolean> {
  const warning = isOpenToAll(server)
    ? '\n\nThis address is not encrypted: others on the way can read what is sent.'
    : '';
  const detail = `A link asks CodeAssess to connect to this server, and to join an assessment there in your name. Go on only if it is the address in your invitation.${warning}`;
  const message = `Connect to ${server}?`;
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, CONNECT)) === CONNECT;
}

/** Another session goes on in this window: may it be left? */
export async function confirmLeaving(): Promise<boolean> {
  const detail =
    'A session goes on in this window. It stays open on its server, and you can go on with it later; what you type here is then recorded in the one that you join.';
  const options = { modal: true, detail };
  return (await vscode.window.showWarningMessage('Leave this session?', options, LEAVE)) === LEAVE;
}

interface Choice extends vscode.QuickPickItem {
  folder: vscode.Uri | undefined;
}

/** The folder for the files of the task; undefined: cancelled. */
export async function askFolder({ folder, title }: Redeemed): Promise<vscode.Uri | undefined> {
  const open = vscode.workspace.workspaceFolders ?? [];
  const inside = open.map(({ uri, name }): Choice => {
    const own = name === folder; // it was made for this task
    const label = own ? `$(folder) ${name}` : `$(folder) ${name}/${folder}`;
    return { label, description: 'in this window', folder: own ? uri : vscode.Uri.joinPath(uri, folder) };
  });
  const home: Choice = {
    label: `$(home) ${path.join('~', folder)}`,
    description: 'in your home folder',
    folder: vscode.Uri.file(path.join(homedir(), folder))
  };
  const other: Choice = { label: '$(folder-opened) Choose another folder …', folder: undefined };
  const picked = await vscode.window.showQuickPick([...inside, home, other], {
    title: `${TITLE} “${title}”`,
    placeHolder: 'Where shall the files of the task be? No file of yours is overwritten.',
    ignoreFocusOut: true
  });
  return picked === undefined ? undefined : (picked.folder ?? (await browse(folder)));
}

async function browse(folder: string): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: `Put ${folder} Here`,
    title: TITLE
  });
  return chosen?.[0] && vscode.Uri.joinPath(chosen[0], folder);
}

function problemOf(text: string): string | undefined {
  try {
    readInvitation(text);
    return undefined;
  } catch (problem) {
    return problem instanceof NoInvitation ? problem.message : String(problem);
  }
}
