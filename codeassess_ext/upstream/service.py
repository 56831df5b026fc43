"""The service, as the candidate who joined here. Its credential stays in this process and in the candidate's file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import httpx

from codeassess_core.client.credentials_file import StoredCredential, same_server
from codeassess_core.client.errors import ServerUnreachable, credentials, heeds_proxies
from codeassess_core.client.service_errors import ServiceFault, ServiceUnreachable
from codeassess_core.client.socket import open_socket
from codeassess_core.errors import REASON, CodeAssessError, InvalidInput, StoreUnavailable, Unauthenticated
from codeassess_core.people.codes import read_code, split_link
from codeassess_core.settings import Settings
from codeassess_core.system.concurrency import within

from ..reply import Reply
from .answers import read_answer
from .credential import own_credential
from .trust import distrust, trusted_authorities

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

CONNECT_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 30.0  # for a whole answer
REPORT_SECONDS: Final = 150.0  # the service may have to write a PDF first
LARGEST_ANSWER: Final = 32 * 1024 * 1024  # bytes
_MOST_CONNECTIONS: Final = 20


class Service:
    """One service. Every method raises NotJoined or HubTokenRefused, ServiceUnreachable or ServiceFault."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.upstream_url
        self._own = own_credential(settings)
        self._trusted = trusted_authorities()
        self._http = httpx.AsyncClient(
            verify=self._trusted,
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=_MOST_CONNECTIONS),
            headers={"Accept-Encoding": "identity"},
            trust_env=heeds_proxies(self.url),
            follow_redirects=False,
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def ask(
        self, method: str, path: str, *, query: dict[str, str], body: bytes | None, headers: dict[str, str]
    ) -> Reply:
        """Pass a request on, as the candidate who joined; `path` is below the base URL."""
        credential = credentials(await self._own.token())
        reply = await self._exchange(method, path, query=query, body=body, headers={**headers, **credential})
        if reply.status == Unauthenticated.status:
            raise self._own.refused()
        return reply

    async def open_socket(self, session_id: str) -> ClientConnection:
        """The session's websocket; besides, it raises Forbidden, NotFound or ConnectionRefused."""
        token = await self._own.token()
        try:
            return await open_socket(self.url, session_id, token=token, trusted=self._trusted)
        except Unauthenticated as problem:
            raise self._own.refused() from problem
        except (ServerUnreachable, StoreUnavailable) as problem:
            raise self._unreachable(problem) from problem

    # ── joining

    async def look(self, text: str) -> Reply:
        """To what a code, or a whole link, invites."""
        return await self._send_code("/codeassess/join/look", text)

    async def join(self, text: str) -> Reply:
        """Use a code, or a whole link: the credential is kept, and the answer does not hold it.

        Raises:
            InvalidInput: it cannot be a code, the link is of another server, or no code is needed here.
            CredentialsUnusable: the file cannot be used; the code was not sent.
        """
        await self._own.may_join()
        reply = await self._send_code("/codeassess/join", text)
        if reply.status >= 400:
            return reply
        try:
            joined = StoredCredential.of(json.loads(reply.body))
        except (ValueError, AttributeError, InvalidInput) as problem:
            raise ServiceFault(f"{self.url} did not answer with a credential.") from problem
        await self._own.keep(joined)
        shown = {name: value for name, value in joined.as_dict().items() if name != "token"}
        return Reply(status=201, body=json.dumps({**shown, "server": self.url}).encode())

    async def _send_code(self, path: str, text: str) -> Reply:
        server, _ = split_link(text)
        if server is not None and same_server(server) != same_server(self.url):
            raise InvalidInput(
                f"That link is of {server:.200}, and this Jupyter works with {self.url}. "
                "If both are the same service, paste only the code.",
                field="code",
            )
        body = json.dumps({"code": read_code(text)}).encode()
        return await self._exchange("POST", path, query={}, body=body, headers={"Content-Type": "application/json"})

    # ── one exchange

    async def _exchange(self, method: str, path: str, **request: Any) -> Reply:
        seconds = REPORT_SECONDS if path.endswith("/report") else ANSWER_SECONDS
        try:
            response, content = await within(seconds, self._fetch(method, path, **request))
        except TimeoutError as problem:
            raise ServiceUnreachable(
                f"{self.url} did not answer within {seconds:.0f} seconds; nothing was acknowledged, try again."
            ) from problem
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise self._unreachable(problem) from problem
        return read_answer(response, content, server=self.url, page=path.endswith("/report"))

    async def _fetch(
        self, method: str, path: str, *, query: dict[str, str], body: bytes | None, headers: dict[str, str]
    ) -> tuple[httpx.Response, bytes]:
        """The answer and its body, within bounds."""
        address = self.url + path
        async with self._http.stream(method, address, params=query, content=body, headers=headers) as response:
            content = bytearray()
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > LARGEST_ANSWER:
                    raise ServiceFault(f"The answer of {self.url} is larger than {LARGEST_ANSWER} bytes.")
            return response, bytes(content)

    def _unreachable(self, problem: BaseException) -> CodeAssessError:
        distrusted = distrust(problem)
        if distrusted is not None:
            return ServiceUnreachable(
                f"The certificate of {self.url} is not trusted ({distrusted}); nothing was sent. "
                "Tell who runs the service.",
            )
        reason = getattr(problem, "detail", {}).get(REASON) or str(problem) or type(problem).__name__
        return ServiceUnreachable(
            f"{self.url} cannot be reached; nothing was acknowledged, try again.", **{REASON: reason}
        )
