import * as vscode from 'vscode';

import { askServer } from './asking';
import { readServer } from './invitation';
import type { Mode } from './wire';

/** What the candidate chooses when a session begins. */
export interface Beginning {
  mode: Mode;
  serverUrl: string;
  /** A session that exists; undefined: a new one. */
  session: string | undefined;
}

interface Choice<T> extends vscode.QuickPickItem {
  value: T;
}

/** Ask for what is not set; undefined when the candidate cancelled. */
export async function askBeginning(last: { mode?: Mode; serverUrl?: string }): Promise<Beginning | undefined> {
  const mode = await askMode(last.mode);
  if (mode === undefined) {
    return undefined;
  }
  if (mode === 'embedded') {
    return { mode, serverUrl: '', session: undefined };
  }
  const serverUrl = readServer(setting('serverUrl')) ?? (await askServer(last.serverUrl ?? '', 'CodeAssess: Server'));
  const session = serverUrl === undefined ? undefined : await askSession();
  return serverUrl === undefined || session === undefined
    ? undefined
    : { mode, serverUrl, session: session || undefined };
}

async function askMode(last: Mode | undefined): Promise<Mode | undefined> {
  const set = setting('mode');
  if (set === 'remote' || set === 'embedded') {
    return set;
  }
  const choices: Choice<Mode>[] = [
    {
      label: '$(server) On a server',
      description: 'with the token you were given, or where you have joined',
      value: 'remote'
    },
    {
      label: '$(device-desktop) Practice on this computer',
      description: 'no server; reports say "unverified"',
      value: 'embedded'
    }
  ];
  const ordered = last === 'embedded' ? choices.reverse() : choices;
  const options = { title: 'CodeAssess: Where is the session?', ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(ordered, options))?.value;
}

/** The id of a session; '' for a new one. */
async function askSession(): Promise<string | undefined> {
  const choices: Choice<boolean>[] = [
    { label: '$(add) Start a new session', value: false },
    {
      label: '$(sign-in) Join a session',
      description: 'that was prepared for you, or begun in another editor',
      value: true
    }
  ];
  const options = { title: 'CodeAssess: Session', ignoreFocusOut: true };
  const picked = await vscode.window.showQuickPick(choices, options);
  if (picked === undefined || !picked.value) {
    return picked && '';
  }
  const input = { title: 'CodeAssess: Session', prompt: 'The id of the session', ignoreFocusOut: true };
  return (await vscode.window.showInputBox(input))?.trim() || undefined;
}

/** Which open files to record: the only one, or a choice of several. */
export async function askFiles(): Promise<string[] | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  const open = vscode.workspace.textDocuments.filter(document => recordable(document) && shown(document));
  if (open.length <= 1) {
    return open.map(document => document.uri.toString());
  }
  const choices: Choice<string>[] = open.map(document => ({
    label: vscode.workspace.asRelativePath(document.uri),
    value: document.uri.toString(),
    picked: document === active
  }));
  const options = { title: 'CodeAssess: Files to record', canPickMany: true, ignoreFocusOut: true } as const;
  return (await vscode.window.showQuickPick(choices, options))?.map(choice => choice.value);
}

export function recordable(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' || document.uri.scheme === 'untitled' || isCell(document);
}

function isCell(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'vscode-notebook-cell';
}

/** Is it in a tab, not only loaded in the background? */
function shown(document: vscode.TextDocument): boolean {
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
  return tabs.some(
    ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString()
  );
}

function setting(name: 'mode' | 'serverUrl'): string {
  return vscode.workspace.getConfiguration('codeassess').get<string>(name, '').trim();
}
