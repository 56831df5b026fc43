"""A language server's standard streams, without a client library that would cost time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


class Wire:
    """One process; `command` is what Python is given."""

    def __init__(self, home: Path, *command: str, **environment: str) -> None:
        self._started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "CODEASSESS_DATA_DIR": str(home), **environment},
        )

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self) -> Any:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return json.loads(self.process.stdout.read(length))

    def answer(self, id: int) -> Any:
        while (message := self.read()).get("id") != id:
            pass
        return message["result"]

    def initialize(self) -> float:
        """Seconds from the start of the process to the answer."""
        params = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": None}
        self.send(id=1, method="initialize", params=params)
        self.answer(1)
        return time.perf_counter() - self._started

    def cpu(self) -> float:
        """Seconds of CPU that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()
