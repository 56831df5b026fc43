import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownEmptyIcon, MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import React, { useState } from 'react';

import { asApiError, type ApiError } from '../../connection/api';
import type { ISessionView } from '../session/props';
import { useSignal } from '../signals';
import { troubleInWords } from '../words';

interface IFormat {
  name: string;
  label: string;
  /** Below the session. */
  address: string;
  file: string;
  /** It is there only once the report is. */
  report: boolean;
}

/** Everything that can be taken away from a session. */
function formatsOf(trans: TranslationBundle): IFormat[] {
  return [
    { name: 'html', label: trans.__('Report as a page (HTML)'), address: 'report/?format=html', file: 'report.html', report: true },
    { name: 'pdf', label: trans.__('Report as PDF'), address: 'report/?format=pdf', file: 'report.pdf', report: true },
    { name: 'markdown', label: trans.__('Report as Markdown'), address: 'report/?format=markdown', file: 'report.md', report: true },
    { name: 'json', label: trans.__('Report as JSON'), address: 'report/?format=json', file: 'report.json', report: true },
    { name: 'progsnap2', label: trans.__('Record as ProgSnap2 (zip)'), address: 'export?format=progsnap2', file: 'progsnap2.zip', report: false },
    { name: 'jsonl', label: trans.__('Record as JSON lines'), address: 'export?format=jsonl', file: 'record.jsonl', report: false }
  ]; // prettier-ignore
}

/** A menu of all formats. */
export function Exports({ model, trans }: ISessionView): React.JSX.Element {
  useSignal(model.report.stateChanged);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const save = async ({ address, file, report }: IFormat): Promise<void> => {
    setProblem(null);
    const version = report ? `&version=${model.report.shown?.report.version}` : '';
    try {
      download(await model.file(address + version), `${model.id}-${file}`);
    } catch (error) {
      setProblem(asApiError(error));
    }
  };
  const open = (event: React.MouseEvent<HTMLElement>): void => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    const commands = new CommandRegistry();
    const menu = new MenuSvg({ commands });
    for (const format of formatsOf(trans)) {
      const { name, label, report } = format;
      commands.addCommand(name, {
        label,
        isEnabled: () => !report || model.report.report !== null,
        execute: () => save(format)
      });
      menu.addItem({ command: name });
    }
    menu.open(left, bottom);
  };
  return (
    <div className="jp-codeassess-Exports">
      <button type="button" className="jp-codeassess-Button" aria-haspopup="menu" onClick={open}>
        {trans.__('Export')}
        <caretDownEmptyIcon.react tag="span" />
      </button>
      {problem && <p role="alert">{troubleInWords(problem, trans)}</p>}
    </div>
  );
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
