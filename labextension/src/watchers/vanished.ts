import type { IDocumentManager } from '@jupyterlab/docmanager';
import { ServerConnection, type Contents } from '@jupyterlab/services';

import type { Documents } from './documents';

/**
 * `git mv` and the like in a terminal: a recorded file does not exist any more, and another one does, of which no editor
 * tells. When that one is opened, it is recorded as the same document if the texts are equal; else a banner over it asks
 * the candidate, because it is not recorded until then.
 */
export function followFiles(manager: IDocumentManager, documents: Documents): void {
  const { contents } = manager.services;
  documents.shown.connect((_, { context }) => void look(contents, documents, context.path));
}

async function look(contents: Contents.IManager, documents: Documents, path: string): Promise<void> {
  if (documents.paths.includes(path) || documents.removed.has(path)) {
    return;
  }
  const looked = await Promise.all(
    documents.paths.map(async other => ({ other, gone: await isGone(contents, other) }))
  );
  const gone = looked.filter(found => found.gone).map(({ other }) => other);
  const code = documents.codeOf(path);
  const same = gone.find(other => code?.trim() && documents.codeOf(other) === code);
  if (same !== undefined) {
    documents.goOn({ from: same, to: path });
  } else if (gone.length > 0) {
    documents.wonder({ from: gone[0], to: path });
  }
}

/** Does the file not exist any more? False when the server does not answer. */
async function isGone(contents: Contents.IManager, path: string): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return false;
  } catch (problem) {
    return problem instanceof ServerConnection.ResponseError && problem.response.status === 404;
  }
}
