import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type * as wire from '../../wire';
import type { IReport } from '../records';
import type { ISessionView } from '../session/props';
import { dateInWords } from '../words';

/** The shown version, and a choice of the others. */
export function Versions({ model, trans }: ISessionView): React.JSX.Element | null {
  const { report, shown } = model.report;
  if (report === null || shown === null || report.report.version === 1) {
    return null;
  }
  const { version, created_at } = shown.report;
  const old = version !== report.report.version;
  const versions = Array.from({ length: report.report.version }, (_, index) => report.report.version - index);
  return (
    <div className="jp-codeassess-Versions" data-old={old}>
      <select
        className="jp-codeassess-Field"
        aria-label={trans.__('Version of the report')}
        value={version}
        onChange={event => void model.report.show(Number(event.target.value))}
      >
        {versions.map(number => (
          <option key={number} value={number}>
            {versionInWords(number, report, trans)}
          </option>
        ))}
      </select>
      {old && (
        <p role="status">
          {trans.__('An older version, of %1. It cannot be reviewed.', dateInWords(Date.parse(created_at)))}
        </p>
      )}
      {old && (
        <button
          type="button"
          className="jp-codeassess-Link"
          onClick={() => void model.report.show(report.report.version)}
        >
          {trans.__('Show the latest')}
        </button>
      )}
    </div>
  );
}

/** "Version 2 of 3, after a review by Grace". */
export function versionInWords(version: number, latest: IReport, trans: TranslationBundle): string {
  const review = reviewBefore(version, latest);
  return review === undefined
    ? trans.__('Version %1 of %2', version, latest.report.version)
    : trans.__('Version %1 of %2, after a review by %3', version, latest.report.version, review.reviewer);
}

/** The review that made a version: the last versions are made by reviews, one each. */
function reviewBefore(version: number, { report, questions }: IReport): wire.ReviewPart | undefined {
  const reviews = questions.flatMap(question => question.reviews ?? []).sort((one, other) => one.number - other.number);
  return reviews[version - 1 - (report.version - reviews.length)];
}
