"""The language server: the same assessment in every editor that speaks the Language Server Protocol.

:mod:`codeassess_lsp.server` is where it starts. What is imported before `initialize` is
answered is pygls and what stands in `server`, `protocol`, `texts`, `linetext` and
`percent`; the rest is loaded in the background after it (:mod:`codeassess_lsp.desk`).
"""
