"""Code that is run in a real kernel of a Jupyter Server, as a notebook runs it."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx
from websockets.asyncio.client import connect

LONGEST = 240.0  #: seconds for one cell


async def run_in_kernel(url: str, token: str, code: str) -> str:
    """What the code printed, in a new kernel that is ended afterwards.

    Raises:
        AssertionError: the code raised an exception; the message is its traceback.
    """
    headers = {"Authorization": f"token {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60, trust_env=False) as http:
        started = await http.post("/api/kernels", json={"name": "python3"})
        assert started.status_code == 201, started.text
        kernel = started.json()["id"]
        try:
            return await _printed(f"ws{url.removeprefix('http')}/api/kernels/{kernel}/channels", headers, code)
        finally:
            await http.delete(f"/api/kernels/{kernel}")


async def _printed(address: str, headers: dict[str, str], code: str) -> str:
    asked = uuid4().hex
    printed = ""
    async with connect(address, additional_headers=headers, max_size=None, proxy=None, open_timeout=60) as socket:
        await socket.send(json.dumps(_request(asked, code)))
        while True:
            message = json.loads(await socket.recv())
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            assert kind != "error", "\n".join(content.get("traceback", []))
            if kind == "stream" and content["name"] == "stdout":
                printed += content["text"]
            if kind == "status" and content["execution_state"] == "idle":
                return printed


def _request(message_id: str, code: str) -> dict[str, object]:
    header = {"msg_id": message_id, "msg_type": "execute_request", "username": "", "session": "", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
