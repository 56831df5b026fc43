import * as vscode from 'vscode';

const OPTIONS: vscode.InputBoxOptions = {
  title: 'CodeAssess: Token',
  prompt: 'The token you were given. It is kept in the secret storage of this computer.',
  placeHolder: 'ca_…',
  password: true,
  ignoreFocusOut: true
};

/** The token of each server, in SecretStorage and nowhere else. */
export class Credentials {
  constructor(private readonly _secrets: vscode.SecretStorage) {}

  get(serverUrl: string): Thenable<string | undefined> {
    return this._secrets.get(key(serverUrl));
  }

  /** Ask for a token and keep it. */
  async ask(serverUrl: string): Promise<string | undefined> {
    const token = (await vscode.window.showInputBox(OPTIONS))?.trim();
    if (token) {
      await this._secrets.store(key(serverUrl), token);
    }
    return token || undefined;
  }

  forget(serverUrl: string): Thenable<void> {
    return this._secrets.delete(key(serverUrl));
  }
}

function key(serverUrl: string): string {
  return `codeassess.token:${serverUrl.replace(/\/+$/, '')}`;
}
