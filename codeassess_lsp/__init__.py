"""The language server: the same assessment in every editor that speaks the Language Server Protocol.

It starts in :mod:`codeassess_lsp.server`. Before `initialize` is answered, only pygls and the
modules `server`, `protocol`, `options`, `texts`, `linetext` and `percent` are imported; the
rest is loaded in the background after it (:mod:`codeassess_lsp.operations`).
"""

import codeassess_core  # noqa: F401 (first of all: it keeps the modules of the workspace out)
