/** What the page uses of @jupyterlab/codeeditor. */
export { IEditorMimeTypeService } from '@jupyterlab/codeeditor/lib/mimetype';
