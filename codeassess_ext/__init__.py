"""codeassess as a Jupyter Server extension: REST and the websocket over the one core."""

from __future__ import annotations

from typing import Any

from .extension import CodeAssess

__all__ = ["CodeAssess"]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "codeassess_ext", "app": CodeAssess}]
