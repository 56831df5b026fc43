"""One editor window: its backend, the local store, and its one session."""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import Final, cast

from codeassess_core.client.credentials_file import NAME as CREDENTIALS
from codeassess_core.client.credentials_file import CredentialsFile
from codeassess_core.client.joining import Joined, join_with_code
from codeassess_core.clock import new_id
from codeassess_core.errors import CodeAssessError, InvalidInput
from codeassess_core.settings import Settings

from .backends.backend import Backend, SessionInfo
from .background import background
from .editor.options import Options
from .editor.screens import Screen, State
from .editor.texts import OpenTexts
from .errors import NoServer, NoSession, NotInstalled, NoToken
from .session.client_session import ClientSession
from .session.consent import consent_text
from .session.environment import Environment
from .sync.held_file import HeldFile, hold
from .sync.local_store import LocalStore

TOKEN_VARIABLE: Final = "CODEASSESS_TOKEN"


class Workspace:
    """`resume` continues the session of this folder; `enter` begins one, `leave` ends it here."""

    def __init__(self, options: Options, texts: OpenTexts, screen: Screen) -> None:
        self._options = options
        self._texts = texts
        self._screen = screen
        self._url = options.server_url
        self._token = os.environ.get(TOKEN_VARIABLE) or None
        self._writer = f"codeassess-lsp-{new_id()}"
        self.data = Settings.from_environment().data_path
        self._store = LocalStore(self.data / "language-server.sqlite")
        self._opening = asyncio.Lock()
        self.resumed = asyncio.Event()  #: set when it is known whether there is a session to continue
        self._backend: Backend | None = None
        self.client_session: ClientSession | None = None
        self._problem: CodeAssessError | None = None
        self._offered: str | None = None
        self._held: HeldFile | None = None  # the lock on the session, among the windows of this machine

    async def aclose(self) -> None:
        """Store what was just typed, and close the connections."""
        if self.client_session is not None:
            await self.client_session.aclose()
        if self._backend is not None:
            await self._backend.aclose()
        self._release()
        self._store.close()

    def consented(self, session: str) -> bool:
        """Has the candidate agreed to this session before, on this machine?"""
        return self._store.consented(session)

    def agreed_at_joining(self, digest: str) -> bool:
        """Has the candidate agreed to this text of an assessment with `codeassess join`?"""
        joined = CredentialsFile(self.data / CREDENTIALS).get(self._url) if self._url and not self._token else None
        return joined is not None and joined.agreed_sha256 == digest

    # ── the backend

    async def open_backend(self, url: str | None = None) -> Backend:
        """The backend, opened once; with another `url`, the other server.

        Raises:
            NoServer, NoToken: no server or no credential is set. NotInstalled: only the light
                requirements are installed, and sessions are to be in this process.
        """
        async with self._opening:
            url = (url or self._url or self._joined_server() or "").rstrip("/") or None
            if self._backend is not None and (self._options.mode == "embedded" or url == self._url):
                return self._backend
            backend = await self._new_backend(url)
            await self._end()
            if self._backend is not None:
                await self._backend.aclose()
            self._backend, self._url = backend, url
            return backend

    async def _new_backend(self, url: str | None) -> Backend:
        if self._options.mode == "embedded":
            return await _embedded()
        if url is None:
            raise NoServer()
        token = self._token or self._joined_token(url)
        if token is None:
            raise NoToken()
        module = await asyncio.to_thread(importlib.import_module, "codeassess_lsp.backends.remote")
        return cast(Backend, module.RemoteBackend(url, token=token))

    def _joined_token(self, url: str) -> str | None:
        """What `codeassess join` has kept for this server."""
        joined = CredentialsFile(self.data / CREDENTIALS).get(url)
        return joined.token if joined is not None else None

    def _joined_server(self) -> str | None:
        """The server that `codeassess join` was used with, if it is the only one."""
        servers = CredentialsFile(self.data / CREDENTIALS).servers() if self._options.mode == "remote" else ()
        return servers[0] if len(servers) == 1 else None

    async def resume(self) -> None:
        """Continue the session that was named at start, else the last one of this folder."""
        try:
            backend = await self.open_backend()
            known = self._store.latest(self._folder, backend.name)
            session = self._options.session or (known.session if known else None)
            if session is None:
                pass
            elif self._store.consented(session):
                self._store.begin(session, backend=backend.name, folder=self._folder, acked=0)
                self._open(session)
            else:
                self._offered = session
                background(self._offer(session))
        except (NoServer, NoToken) as problem:
            self._problem = problem
        except CodeAssessError as problem:
            self._problem = problem
            self._screen.problem(problem)
        finally:
            self.resumed.set()
        if self.client_session is None:
            self._screen.state(self.state())

    async def _offer(self, session: str) -> None:
        """Ask for consent, then join the session that was named at start."""
        backend = cast(Backend, self._backend)
        try:
            if await self._screen.agrees(consent_text(backend.name)):
                await self.enter(await backend.session(session), ())
        except CodeAssessError as problem:
            self._screen.problem(problem)

    @property
    def _folder(self) -> str:
        return self._options.folders[0] if self._options.folders else ""

    # ── the session

    async def enter(self, info: SessionInfo, documents: tuple[str, ...]) -> ClientSession:
        """Open a session to which the candidate has agreed."""
        backend = cast(Backend, self._backend)
        await self._end()
        first = not self._store.consented(info.id)
        self._store.begin(info.id, backend=backend.name, folder=self._folder, acked=info.acked_seq)
        client_session = self._open(info.id, consent=consent_text(backend.name) if first else None)
        for uri in documents:
            client_session.recording.add(uri)
        return client_session

    def _open(self, session: str, *, consent: str | None = None, take_over: bool = False) -> ClientSession:
        backend = cast(Backend, self._backend)
        environment = Environment(
            backend=backend,
            texts=self._texts,
            folders=self._options.folders,
            screen=self._screen,
            writer=self._writer,
            take_over=take_over,
        )
        take = self._lock(session) or take_over
        self.client_session = ClientSession(environment, self._store.client_session(session, self._writer, take=take))
        self._problem = self._offered = None
        self.client_session.open(consent=consent)
        return self.client_session

    def _lock(self, session: str) -> bool:
        """Lock the session for this window; False when another window of this machine has it."""
        if self._held is not None and self._held.name == session:
            return True
        self._release()
        self._held = hold(self.data / "windows" / session)
        return self._held is not None

    def _release(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None

    async def _end(self) -> None:
        if self.client_session is not None:
            await self.client_session.aclose()
            self.client_session = None

    async def leave(self) -> None:
        """Close the session in this editor; what is not delivered waits in the local store."""
        await self.present().leave()
        self.client_session = None
        self._screen.state(self.state())

    async def reconnect(self) -> None:
        """Connect now; take the session back from another window."""
        if self.present().state().keeping in ("elsewhere", "refused"):
            session, elsewhere = self.present().session, self.present().state().keeping == "elsewhere"
            await self._end()
            self._open(session, take_over=elsewhere)
        self.present().hurry()

    def present(self) -> ClientSession:
        if self.client_session is None:
            raise self._problem or NoSession()
        return self.client_session

    def state(self) -> State:
        if self.client_session is not None:
            return self.client_session.state()
        problem = self._problem.as_dict() if self._problem else None
        backend = "embedded" if self._options.mode == "embedded" else self._url
        return State(keeping="idle", problem=problem, backend=backend, offered=self._offered)

    async def redeem(self, code: str, server_url: str | None) -> Joined:
        """Exchange a code for a credential, and use that from now on; a session of this window is left."""
        if self._options.mode == "embedded":
            raise InvalidInput("Practice on this computer takes no codes; join with a server.", field="code")
        file = CredentialsFile(self.data / CREDENTIALS)
        joined = await join_with_code(code, server=server_url or self._url or self._joined_server(), file=file)
        if self.client_session is not None:
            await self.leave()
        await self._use(joined.server, token=None)
        return joined

    async def _use(self, url: str | None, *, token: str | None) -> None:
        """Connect to this server, with this credential or the one that is kept for it, when it is next needed."""
        self._token = token
        if self._backend is not None and self._options.mode != "embedded":
            await self._backend.aclose()
            self._backend = None
        self._url, self._problem = url, None

    async def use_token(self, token: str, server_url: str | None) -> None:
        """Use this credential from now on; a session that the server refused continues with it."""
        session = self.client_session.session if self.client_session is not None else None
        await self._end()
        await self._use(server_url or self._url, token=token)
        if session is None:
            await self.resume()
        else:
            await self.open_backend()
            self._open(session)


async def _embedded() -> Backend:
    try:
        module = await asyncio.to_thread(importlib.import_module, "codeassess_lsp.backends.embedded")
    except ModuleNotFoundError as problem:
        raise NotInstalled() from problem
    return cast(Backend, await module.EmbeddedBackend.open())
