"""A server that lives as long as the module, and editors that are gone after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jupyter_process import Jupyter


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """One server for the tests of a module; a test that ends it starts it again."""
    server = Jupyter(tmp_path_factory.mktemp("jupyter"))
    server.start()
    yield server
    server.stop()
