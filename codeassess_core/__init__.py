"""The one core of codeassess: everything that is the same in every editor.

Read :mod:`codeassess_core.assessment` first: it tells the whole story of a
session from the first keystroke to the report. No module here imports a face
(Jupyter, the language server) and each vendor has exactly one home.
"""

__version__ = "0.1.0"
