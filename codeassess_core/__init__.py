"""The one core of codeassess: everything that is the same in every editor.

Read :mod:`codeassess_core.assessment` first: it shows all steps of a session, from
the first keystroke to the report. No module here imports a face (Jupyter, the
language server), and each vendor is imported in exactly one place.
"""

from .system.module_path import leave_folder

leave_folder()  # before anything else is imported
__version__ = "0.1.0"
