import type { IDocumentManager } from '@jupyterlab/docmanager';
import { ServerConnection } from '@jupyterlab/services';

import type { AssessmentPart } from '../wire';

const EXTENSIONS: Record<string, string> = {
  'c++': 'cpp',
  cpp: 'cpp',
  c: 'c',
  'c#': 'cs',
  csharp: 'cs',
  go: 'go',
  java: 'java',
  javascript: 'js',
  julia: 'jl',
  kotlin: 'kt',
  python: 'py',
  r: 'r',
  ruby: 'rb',
  rust: 'rs',
  sql: 'sql',
  typescript: 'ts'
};

/** The name of the file with the starter code. */
export function starterPath({ title, language }: Pick<AssessmentPart, 'title' | 'language'>): string {
  const name = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${name || 'assessment'}.${EXTENSIONS[language.toLowerCase()] ?? 'txt'}`;
}

/** Open the file with the starter code; it is created when it does not exist, and never overwritten. */
export async function openStarter(documents: IDocumentManager, assessment: AssessmentPart): Promise<string> {
  const path = starterPath(assessment);
  const { contents } = documents.services;
  try {
    await contents.get(path, { content: false });
  } catch (problem) {
    if (!(problem instanceof ServerConnection.ResponseError && problem.response.status === 404)) {
      throw problem;
    }
    await contents.save(path, { type: 'file', format: 'text', content: assessment.starter_code });
  }
  documents.openOrReveal(path);
  return path;
}
