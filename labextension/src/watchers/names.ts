import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';

import type { Documents } from './documents';

const SAVE_AS = 'docmanager:save-as';

/**
 * Records documents under their new names, also those that are closed. An open document signals that it is renamed or
 * moved. *Save As* has no signal: JupyterLab writes the copy, closes the document and opens the copy.
 */
export function followNames(app: JupyterFrontEnd, manager: IDocumentManager, documents: Documents): void {
  let saving: string | null = null;
  app.commands.commandExecuted.connect((_, { id }) => {
    saving = id === SAVE_AS ? documents.current() : saving;
  });
  manager.services.contents.fileChanged.connect((_, { type, oldValue, newValue }) => {
    const to = newValue?.path;
    if (type === 'rename' && oldValue?.path && to) {
      documents.follow({ from: oldValue.path, to });
    } else if (type === 'save' && to && saving !== null) {
      const copied = to !== saving && documents.open.every(({ context }) => context.path !== to);
      if (copied) {
        documents.savedAs({ from: saving, to });
      }
      saving = null;
    }
  });
}
