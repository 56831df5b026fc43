import { LabIcon } from '@jupyterlab/ui-components';

function icon(name: string, path: string): LabIcon {
  const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
    <path class="jp-icon3" fill="#616161" d="${path}"/>
  </svg>`;
  return new LabIcon({ name: `codeassess:${name}`, svgstr });
}

export const playIcon = icon('play', 'M8 5v14l11-7z');
export const pauseIcon = icon('pause', 'M6 5h4v14H6zm8 0h4v14h-4z');
export const previousIcon = icon('previous', 'M6 6h2v12H6zm3.5 6 8.5 6V6z');
export const nextIcon = icon('next', 'M16 6h2v12h-2zM6 18l8.5-6L6 6z');
/** Someone looks closely at what was written. */
export const reviewIcon = icon(
  'review',
  'M4 3h12a2 2 0 0 1 2 2v4.1a5.5 5.5 0 0 0-2-.4V5H4v14h6.3a5.6 5.6 0 0 0 1.3 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm2 4h8v2H6zm0 4h4.8a5.5 5.5 0 0 0-.8 2H6zm9.5-1a4.5 4.5 0 0 1 3.8 6.9l2.9 2.9-1.4 1.4-2.9-2.9A4.5 4.5 0 1 1 15.500 10zm0 2a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z'
);
