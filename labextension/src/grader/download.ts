import type { IFile } from './api';

/** Save a file as the browser saves what was clicked. */
export function download({ blob, name }: IFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
