"""A real JupyterHub with the configuration of `examples/jupyterhub`, and people who log in to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import servers
from jupyter_process import QUICK
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/jupyterhub/jupyterhub_config.py"
BIN = Path(sys.executable).parent
STARTUP = 120.0  #: seconds in which the Hub, its service or somebody's server must answer
SOON = 60.0  #: seconds in which an event must come
PASSWORD = "correct horse battery staple"
PORTS = """
c = get_config()
load_subconfig({example!r})
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.services[0]["url"] = "http://127.0.0.1:{service}"
"""


def until(ready: Callable[[], Any], *, seconds: float = STARTUP, what: Callable[[], str] = str) -> Any:
    """What `ready` returns, once it is true."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(httpx.TransportError):
            if found := ready():
                return found
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


class Hub:
    """The Hub of one folder. Its service can be asked at `service`, its users' servers at `url`/user/NAME."""

    def __init__(self, folder: Path, *, more: str = "", **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = servers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.service = f"{self.url}/services/codeassess"
        self._settings = settings
        self.hub_port = servers.free_port()
        ports = {name: servers.free_port() for name in ("api", "service")}
        proxy = ROOT / ".venv/hub-proxy/node_modules/.bin/configurable-http-proxy"
        subprocess.run([ROOT / "scripts/setup_hub_proxy"], check=True)
        (folder / "config.py").write_text(
            PORTS.format(example=str(EXAMPLE), proxy=str(proxy), hub=self.hub_port, **ports) + more
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and return when the service of the Hub answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [BIN / "jupyterhub", "-f", "config.py"],
                cwd=self.folder,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: self.answers(f"{self.service}/codeassess/me") == 401, what=lambda: self.log)

    def stop(self) -> None:
        """End it, its proxy, its service and the servers of its users."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def answers(self, url: str) -> int:
        return httpx.get(url, timeout=10, trust_env=False).status_code

    def codeassess(self, *arguments: str) -> str:
        """A command beside the service, on its stores."""
        command = [sys.executable, "-m", "codeassess_core.cli", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()[-6000:]

    def environment(self) -> dict[str, str]:
        kept = {"LANG": os.environ.get("LANG", "C.UTF-8"), "HOME": str(self.folder)}
        own = {"PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HUB_URL": self.url}
        data = {"CODEASSESS_DATA_DIR": str(self.folder / "record"), "CODEASSESS_MIN_CODE_CHANGE_LINES": "3"}
        quick = {**QUICK, "CODEASSESS_IDLE_PAUSE": "0.05", "CODEASSESS_MIN_QUESTIONS": "0"}
        return kept | own | {"HUB_PASSWORD": PASSWORD} | data | quick | self._settings


class Browser:
    """Somebody's browser: a jar of cookies, which follows redirects and sends what pages send."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name, self.service = hub, name, hub.service
        self.http = httpx.Client(follow_redirects=True, timeout=30, trust_env=False)

    def log_in(self) -> Browser:
        """Log in to the Hub itself."""
        page = self.http.get(f"{self.hub.url}/hub/login", headers=NAVIGATES)
        form = {"username": self.name, "password": PASSWORD, "_xsrf": self._cookie("_xsrf", "/hub/")}
        assert page.status_code == 200
        answer = self.http.post(f"{self.hub.url}/hub/login?next=/hub/home", data=form, headers=NAVIGATES)
        assert answer.url.path == "/hub/home", (answer.url, self.hub.log)
        return self

    def sign_in(self) -> httpx.Response:
        """Sign in to the service through the Hub, and open its page."""
        return self.http.get(f"{self.service}/codeassess/hub", headers=NAVIGATES)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request of the service's page."""
        xsrf = {"X-XSRFToken": self._cookie("_xsrf", f"{httpx.URL(self.service).path}/")}
        headers = FETCHES | xsrf | options.pop("headers", {})
        return self.http.request(method, self.service + path, headers=headers, **options)

    def hub_api(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request to the Hub's API."""
        headers = FETCHES | {"X-XSRFToken": self._cookie("_xsrf", "/hub/"), "Referer": f"{self.hub.url}/hub/home"}
        return self.http.request(method, f"{self.hub.url}/hub/api{path}", headers=headers, **options)

    def token(self, *scopes: str) -> tuple[str, str]:
        """A new token of this user with these scopes, and its id."""
        made = self.hub_api("POST", f"/users/{self.name}/tokens", json={"scopes": list(scopes)})
        assert made.status_code == 201, made.text
        return made.json()["token"], made.json()["id"]

    def revoke(self, token_id: str) -> None:
        answer = self.hub_api("DELETE", f"/users/{self.name}/tokens/{token_id}")
        assert answer.status_code == 204, answer.text

    def start_server(self) -> None:
        """Have the Hub start their own server."""
        answer = self.hub_api("POST", f"/users/{self.name}/server")
        assert answer.status_code in (201, 202), answer.text

    def server(self) -> Server:
        """Their own server, once it is there."""
        user = f"/users/{self.name}"
        until(lambda: self.hub_api("GET", user).json()["servers"].get("", {}).get("ready"), what=lambda: self.hub.log)
        token, _ = self.token(f"access:servers!user={self.name}")
        return Server(f"{self.hub.url}/user/{self.name}", token)

    def _cookie(self, name: str, path: str) -> str:
        found = [cookie.value for cookie in self.http.cookies.jar if (cookie.name, cookie.path) == (name, path)]
        return found[-1] or "" if found else ""


NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
FETCHES = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}


class Server:
    """A codeassess at an address, with a token for it."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self._headers = url, {"Authorization": f"token {token}"}

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = self._headers | options.pop("headers", {})
        return httpx.request(method, self.url + path, headers=headers, timeout=60, trust_env=False, **options)

    @contextmanager
    def socket(self, session_id: str, *, greet: bool = True) -> Iterator[Talk]:
        address = f"{self.url.replace('http', 'ws', 1)}/ws/session/{session_id}"
        with connect(address, additional_headers=self._headers, proxy=None, open_timeout=30) as opened:
            talk = Talk(opened)
            if greet:
                talk.greet()
            yield talk


class Talk:
    """One connection to a session."""

    def __init__(self, opened: ClientConnection) -> None:
        self._opened = opened
        self.heard: list[dict[str, Any]] = []

    def greet(self) -> None:
        """Say hello, and wait to be welcomed."""
        self.say({"message_type": "hello", "protocol": 1, "client_id": "c"})
        self.until("welcome")

    def say(self, message: dict[str, Any]) -> None:
        self._opened.send(json.dumps(message))

    def until(self, kind: str) -> dict[str, Any]:
        """The next message of a kind."""
        deadline = time.monotonic() + SOON
        while True:
            self.heard.append(json.loads(self._opened.recv(timeout=deadline - time.monotonic())))
            if self.heard[-1]["message_type"] == kind:
                return self.heard[-1]

    def closed(self, seconds: float = SOON) -> int:
        """The code with which the server closes the connection."""
        with suppress(ConnectionClosed):
            while True:
                self._opened.recv(timeout=seconds)
        return int(self._opened.close_code or 0)


def own_environment(hub: Hub, name: str) -> dict[str, str]:
    """The environment of somebody's server, as any code in it can read it."""
    marks = (f"JUPYTERHUB_SERVICE_PREFIX=/user/{name}/".encode(), f"CODEASSESS_UPSTREAM_URL={hub.service}/".encode())
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            found = environ.read_bytes().split(b"\0")
            if all(mark in found for mark in marks):
                pairs = (text.decode().partition("=") for text in found if text)
                return {name: value for name, _, value in pairs}
    raise AssertionError(f"the server of {name} does not run")
