import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, test } from 'vitest';

import { ReportModel } from '../../src/grader/report/model';
import { versionInWords } from '../../src/grader/report/versions';
import { ServedRecord } from './record';

const trans = nullTranslator.load('codeassess');

function reviewed(): ServedRecord {
  const record = new ServedRecord();
  record.status = 'ended';
  record.review('Grace');
  record.review('Maria');
  return record;
}

describe('the versions of a report', () => {
  test('say which review made them', async () => {
    const model = new ReportModel(reviewed().api, 's');
    await model.load();
    expect([1, 2, 3].map(version => versionInWords(version, model.report!, trans))).toEqual([
      'Version 1 of 3',
      'Version 2 of 3, after a review by Grace',
      'Version 3 of 3, after a review by Maria'
    ]);
  });

  test('are shown one at a time; the latest stays what counts', async () => {
    const record = reviewed();
    const model = new ReportModel(record.api, 's');
    await model.load();
    await model.show(1);
    expect([model.shown?.report.version, model.report?.report.version]).toEqual([1, 3]);
    await model.show(3);
    expect(model.shown).toBe(model.report);
    record.trouble = 404;
    await model.show(2);
    expect([model.shown?.report.version, model.problem?.code]).toEqual([3, 'not_found']);
  });
});
