import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownEmptyIcon, MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import React, { useState } from 'react';

import { asApiError, type ApiError } from '../../connection/api';
import { EXPORT_FORMATS, REPORT_FORMATS, type ExportFormat, type ReportFormat } from '../../wire';
import { download } from '../download';
import type { ISessionView } from '../session/props';
import { useSignal } from '../signals';
import { troubleInWords } from '../words';

interface IFormat {
  name: ReportFormat | ExportFormat;
  /** Of the shown version of the report; else of the whole record. */
  report: boolean;
}

/** The downloads of a session. */
const FORMATS: readonly IFormat[] = [
  ...REPORT_FORMATS.map(name => ({ name, report: true })),
  ...EXPORT_FORMATS.map(name => ({ name, report: false }))
];

function labelOf(name: IFormat['name'], trans: TranslationBundle): string {
  switch (name) {
    case 'html':
      return trans.__('Report as a page (HTML)');
    case 'pdf':
      return trans.__('Report as PDF');
    case 'markdown':
      return trans.__('Report as Markdown');
    case 'json':
      return trans.__('Report as JSON');
    case 'progsnap2':
      return trans.__('Record as ProgSnap2 (zip)');
    case 'jsonl':
      return trans.__('Record as JSON lines (zip)');
  }
}

/** A menu of all formats. */
export function Exports({ model, trans }: ISessionView): React.JSX.Element {
  useSignal(model.report.stateChanged);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const save = async ({ name, report }: IFormat): Promise<void> => {
    setProblem(null);
    const version = model.report.shown?.report.version;
    try {
      download(await model.file(report ? `report/?format=${name}&version=${version}` : `export?format=${name}`));
    } catch (error) {
      setProblem(asApiError(error));
    }
  };
  const open = (event: React.MouseEvent<HTMLElement>): void => {
    const button = event.currentTarget;
    const { left, bottom } = button.getBoundingClientRect();
    const commands = new CommandRegistry();
    const menu = new MenuSvg({ commands });
    for (const format of FORMATS) {
      const { name, report } = format;
      commands.addCommand(name, {
        label: labelOf(name, trans),
        isEnabled: () => !report || model.report.report !== null,
        execute: () => save(format)
      });
      menu.addItem({ command: name });
    }
    menu.aboutToClose.connect(() => button.focus());
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
