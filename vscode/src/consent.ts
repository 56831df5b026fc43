import * as vscode from 'vscode';

import { isRefusal, reason, type Server } from './server';
import type { State } from './wire';

const AGREE = 'I Agree';

/**
 * Start or join a session; the language server says what has to be agreed to first, `about` what it is about.
 * Undefined: not agreed.
 */
export async function enterWithConsent(
  server: Server,
  name: 'start' | 'join',
  parameters: Record<string, unknown>,
  about: string
): Promise<State | undefined> {
  try {
    return await server.do(name, parameters);
  } catch (problem) {
    if (!isRefusal(problem, 'consent_needed')) {
      throw problem;
    }
    const options = { modal: true, detail: [about, reason(problem)].filter(Boolean).join('\n\n') };
    const pressed = await vscode.window.showInformationMessage('Before the session begins', options, AGREE);
    return pressed === AGREE ? server.do(name, { ...parameters, consent: true }) : undefined;
  }
}
