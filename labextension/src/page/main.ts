/** The page of `jupyter codeassess`: the same views as in JupyterLab, without Lab around them. */
import { nullTranslator } from '@jupyterlab/translation';
import React from 'react';
import { createRoot } from 'react-dom/client';

import { ownServer, PageApi } from './api';
import { Page } from './page';

const trans = nullTranslator.load('codeassess');
createRoot(document.getElementById('page')!).render(
  React.createElement(Page, { api: new PageApi(ownServer()), trans })
);
