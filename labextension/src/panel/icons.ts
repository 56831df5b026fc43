import { LabIcon } from '@jupyterlab/ui-components';

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-8.2L7 22v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm0 2v11h5v2.1l2.1-2.1H20V5z"/>
    <path d="M9.6 7.2 11 8.6 9 10.5l2 1.9-1.4 1.4-3.4-3.3zm4.8 0-1.4 1.4 2 1.9-2 1.9 1.4 1.4 3.4-3.3z"/>
  </g>
</svg>`;

/** A question about code. */
export const assessIcon = new LabIcon({ name: 'codeassess:assess', svgstr: svg });
