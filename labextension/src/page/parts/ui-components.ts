/** What the page uses of @jupyterlab/ui-components: the bundle would otherwise hold all of it. */
import caretDownEmpty from '@jupyterlab/ui-components/style/icons/arrow/caret-down-empty.svg';
import refresh from '@jupyterlab/ui-components/style/icons/toolbar/refresh.svg';
import { LabIcon } from '@jupyterlab/ui-components/lib/icon/labicon';

export { LabIcon };
export { MenuSvg } from '@jupyterlab/ui-components/lib/icon/widgets/menusvg';
export { VDomModel, VDomRenderer } from '@jupyterlab/ui-components/lib/components/vdom';

export const caretDownEmptyIcon = new LabIcon({ name: 'ui-components:caret-down-empty', svgstr: caretDownEmpty });
export const refreshIcon = new LabIcon({ name: 'ui-components:refresh', svgstr: refresh });
