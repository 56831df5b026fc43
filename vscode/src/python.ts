import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

const run = promisify(execFile);
const MAKE = 'Install it for me';
const CHOOSE = 'Choose an interpreter';
const PATIENCE = 30_000;

/** The parts of the Python extension's interface that are used here. */
interface PythonExtension {
  environments?: { getActiveEnvironmentPath(resource?: vscode.Uri): { path: string } };
}

/** A Python in which codeassess is installed; undefined when there is none and the user wants none. */
export async function findPython(context: vscode.ExtensionContext): Promise<string | undefined> {
  for (const candidate of await candidates(context)) {
    if (await hasCodeassess(candidate)) {
      return candidate;
    }
  }
  return offer(context);
}

async function candidates(context: vscode.ExtensionContext): Promise<string[]> {
  const chosen = vscode.workspace.getConfiguration('codeassess').get<string>('python', '').trim();
  if (chosen) {
    return [chosen];
  }
  return [await selected(), privatePython(context), 'python3', 'python'].filter(found => found !== undefined);
}

/** The interpreter that the Python extension has selected. */
async function selected(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  const exported = extension && (extension.isActive ? extension.exports : await extension.activate());
  return exported?.environments?.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri).path;
}

async function hasCodeassess(python: string): Promise<boolean> {
  try {
    await run(python, ['-c', 'import codeassess_lsp.server'], { timeout: PATIENCE, cwd: path.parse(process.cwd()).root });
    return true;
  } catch {
    return false;
  }
}

async function offer(context: vscode.ExtensionContext): Promise<string | undefined> {
  const chosen = vscode.workspace.getConfiguration('codeassess').get<string>('python', '');
  const where = chosen ? `in ${chosen} (the setting codeassess.python)` : 'in any Python that was found';
  const picked = await vscode.window.showErrorMessage(`codeassess is not installed ${where}.`, MAKE, CHOOSE);
  if (picked === CHOOSE) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'codeassess.python');
  }
  return picked === MAKE ? install(context) : undefined;
}

/** Where our own environment is, or would be. */
function privatePython(context: vscode.ExtensionContext): string {
  const parts = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return path.join(context.globalStorageUri.fsPath, 'environment', ...parts);
}

async function install(context: vscode.ExtensionContext): Promise<string | undefined> {
  const python = privatePython(context);
  const folder = path.dirname(path.dirname(python));
  const options = { location: vscode.ProgressLocation.Notification, title: 'Installing codeassess …' };
  try {
    await vscode.window.withProgress(options, async () => {
      await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]);
      await run(python, ['-m', 'pip', 'install', '--quiet', 'codeassess']);
    });
    return python;
  } catch (problem) {
    const reason = String((problem as { stderr?: string }).stderr ?? problem).trim().split('\n').at(-1);
    void vscode.window.showErrorMessage(`codeassess could not be installed: ${reason}`);
    return undefined;
  }
}
