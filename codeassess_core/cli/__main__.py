"""`python -m codeassess_core.cli`."""

from . import main

main()
