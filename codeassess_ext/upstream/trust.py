"""Which certificates are trusted. There is no way to switch the check off."""

from __future__ import annotations

import ssl

import httpx


def trusted_authorities() -> ssl.SSLContext:
    """The authorities of this machine and those that are known everywhere; `SSL_CERT_FILE` names others."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def distrust(problem: BaseException | None) -> str | None:
    """Why a certificate was refused, when that is what went wrong."""
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return problem.verify_message or str(problem)
        problem = problem.__cause__ or problem.__context__
    return None
