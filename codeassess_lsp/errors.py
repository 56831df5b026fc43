"""Errors of the language server, besides those of the core (codeassess_core.errors)."""

from __future__ import annotations

from codeassess_core.errors import CodeAssessError, Conflict, Unauthenticated


class NoSession(Conflict):
    """This editor is in no session; start or join one first."""

    code = "no_session"


class NoToken(Unauthenticated):
    """There is no token: join with `codeassess join CODE`, set CODEASSESS_TOKEN, or send `codeassess/token`."""

    code = "no_token"


class NoServer(CodeAssessError):
    """No server is set: join with the link of an invitation, give `serverUrl`, or set CODEASSESS_SERVER_URL."""

    code = "no_server"
    status = 400


class NotInstalled(CodeAssessError):
    """Practice on this computer needs all that codeassess needs: install its wheel with pip, without --no-deps."""

    code = "not_installed"
    status = 501


class NotOpen(Conflict):
    """The editor does not have this document open."""

    code = "document_not_open"


class Vanished(Conflict):
    """A file of the session has gone, and another one, which is not recorded, may be what became of it."""

    code = "document_vanished"
