import type { IDocumentManager } from '@jupyterlab/docmanager';
import { ServerConnection, type Contents } from '@jupyterlab/services';

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

/** The name of the folder with the files of an assessment. */
export function folderName(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return name || 'assessment';
}

/** The name of the file with the starter code. */
export function starterPath({ title, language }: Pick<AssessmentPart, 'title' | 'language'>): string {
  return `${folderName(title)}.${EXTENSIONS[language.toLowerCase()] ?? 'txt'}`;
}

/**
 * Open the code that an assessment begins with; returns the paths. A file is created when it does not exist, and never
 * overwritten. Several files are put into a folder that is named after the assessment.
 */
export async function openStarter(documents: IDocumentManager, assessment: AssessmentPart): Promise<string[]> {
  const folder = folderName(assessment.title);
  const files = assessment.files.map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
  const wanted = files.length > 0 ? files : [{ path: starterPath(assessment), text: assessment.starter_code }];
  const { contents } = documents.services;
  for (const { path, text } of wanted) {
    await create(contents, path, text);
  }
  wanted.forEach(({ path }) => documents.openOrReveal(path));
  documents.openOrReveal(wanted[0].path); // in front of the others
  return wanted.map(({ path }) => path);
}

async function create(contents: Contents.IManager, path: string, text: string): Promise<void> {
  const folders = path.split('/').slice(0, -1);
  for (let depth = 1; depth <= folders.length; depth++) {
    const folder = folders.slice(0, depth).join('/');
    if (!(await exists(contents, folder))) {
      await contents.save(folder, { type: 'directory' });
    }
  }
  if (!(await exists(contents, path))) {
    const notebook = path.endsWith('.ipynb');
    const content: unknown = notebook ? JSON.parse(text) : text;
    await contents.save(path, { type: notebook ? 'notebook' : 'file', format: notebook ? 'json' : 'text', content });
  }
}

async function exists(contents: Contents.IManager, path: string): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (problem) {
    if (problem instanceof ServerConnection.ResponseError && problem.response.status === 404) {
      return false;
    }
    throw problem;
  }
}
