import { readFile } from 'node:fs/promises';

import * as vscode from 'vscode';

import { hasCodeassess, makeEnvironment, NotInstalled, pythonIn, PYTHONS, wheel, type Extent } from './environment';

const MAKE = 'Install It for Me';
const CHOOSE = 'Choose an Interpreter';
const AGAIN = 'Try Again';
const LOG = 'Show Details';

/** The parts of the Python extension's interface that are used here. */
interface PythonExtension {
  environments?: { getActiveEnvironmentPath(resource?: vscode.Uri): { path: string } };
}

/** A Python in which codeassess is installed; undefined when there is none and the user declined to install it. */
export async function findPython(context: vscode.ExtensionContext, extent: Extent): Promise<string | undefined> {
  for (const candidate of await candidates(context)) {
    if (await hasCodeassess(candidate, extent)) {
      return candidate;
    }
  }
  return offer(context, extent);
}

async function candidates(context: vscode.ExtensionContext): Promise<string[]> {
  const chosen = setting('python');
  if (chosen) {
    return [chosen];
  }
  return [...(await selected()), ...(await packed(context)), pythonIn(ours(context)), 'python3', 'python'];
}

/** The interpreter whose `codeassess vscode install` installed this extension. */
async function packed(context: vscode.ExtensionContext): Promise<string[]> {
  const file = vscode.Uri.joinPath(context.extensionUri, 'python').fsPath;
  return readFile(file, 'utf8').then(
    python => [python],
    () => []
  );
}

/** The interpreter that is selected in the Python extension, if there is one. */
async function selected(): Promise<string[]> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  const exported = extension && (extension.isActive ? extension.exports : await extension.activate());
  const found = exported?.environments?.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri).path;
  return found ? [found] : [];
}

async function offer(context: vscode.ExtensionContext, extent: Extent): Promise<string | undefined> {
  const chosen = setting('python');
  const needed =
    extent === 'light'
      ? 'CodeAssess needs the Python package codeassess'
      : 'Practice on this computer needs the Python package codeassess with all that it needs (700 MB)';
  const message = chosen
    ? `${needed}, which is not installed in ${chosen} (the setting codeassess.python).`
    : `${needed}, which is not installed in any Python that was found.`;
  // With an interpreter in the settings, the extension would not use an environment of its own.
  const picked = await vscode.window.showWarningMessage(message, ...(chosen ? [CHOOSE] : [MAKE, CHOOSE]));
  if (picked === CHOOSE) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'codeassess.python');
  }
  return picked === MAKE ? install(context, extent) : undefined;
}

/** The folder of the extension's own environment. */
function ours(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.globalStorageUri, 'environment').fsPath;
}

async function install(context: vscode.ExtensionContext, extent: Extent): Promise<string | undefined> {
  try {
    return await make(context, extent);
  } catch (problem) {
    const log = problem instanceof NotInstalled ? problem.log : '';
    const message = `CodeAssess: ${problem instanceof Error ? problem.message : String(problem)}`;
    const picked = await vscode.window.showErrorMessage(message, AGAIN, ...(log ? [LOG] : []));
    if (picked === LOG) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: log, language: 'log' }));
    }
    return picked === AGAIN ? install(context, extent) : undefined;
  }
}

/** Make the extension's own environment and show the progress; undefined when it was cancelled. */
async function make(context: vscode.ExtensionContext, extent: Extent): Promise<string | undefined> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title: 'CodeAssess', cancellable: true }, async (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    const doing = (message: string): void => progress.report({ message });
    try {
      const pythons = [...(await selected()), ...PYTHONS];
      const requirement = await wheel(setting('package'), vscode.Uri.joinPath(context.extensionUri, 'wheel').fsPath);
      return await makeEnvironment({ extent, folder: ours(context), requirement, pythons, doing, signal: stop.signal });
    } catch (problem) {
      if (stop.signal.aborted) {
        return undefined;
      }
      throw problem;
    }
  });
}

function setting(name: 'python' | 'package'): string {
  return vscode.workspace.getConfiguration('codeassess').get<string>(name, '').trim();
}
