"""What scopes and groups of a JupyterHub make of its users, and settings that cannot be meant."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from codeassess_core.errors import InvalidInput
from codeassess_core.identity import Role
from codeassess_core.model import Mode
from codeassess_ext.extension import CodeAssess
from codeassess_ext.hub import login_state
from codeassess_ext.hub.environment import hub_cookie_secret, hub_settings
from codeassess_ext.hub.roles import read_groups, role_of
from codeassess_ext.traits import settings_from

SERVICE = {
    "JUPYTERHUB_SERVICE_NAME": "codeassess",
    "JUPYTERHUB_API_TOKEN": "t",
    "JUPYTERHUB_API_URL": "http://127.0.0.1:8081/hub/api",
    "JUPYTERHUB_CLIENT_ID": "service-codeassess",
    "JUPYTERHUB_SERVICE_PREFIX": "/services/codeassess/",
    "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:8985",
}


@pytest.mark.parametrize(
    ("scopes", "groups", "role"),
    [
        (["custom:codeassess:candidate"], [], Role.CANDIDATE),
        (["custom:codeassess:candidate", "custom:codeassess:grade"], [], Role.GRADER),
        (["custom:codeassess:operate", "custom:codeassess:teach"], [], Role.OPERATOR),
        (["custom:codeassess:grade"], ["staff"], Role.TEACHER),
        ([], ["staff"], Role.TEACHER),
        (["custom:codeassess:teach"], ["help"], Role.TEACHER),
        ([], [], None),
        (["access:services!service=codeassess", "custom:codeassess", "custom:codeassess:grades"], ["others"], None),
        (["custom:codeassess:grade!user=ada", "custom:other:grade"], [], None),  # narrower than what gives a role
    ],
)
def test_the_strongest_role_counts_and_nothing_else_gives_one(
    scopes: list[str], groups: list[str], role: Role | None
) -> None:
    assert role_of(scopes, groups, read_groups("help = grader, staff=teacher")) is role


def test_groups_may_have_any_name() -> None:
    assert read_groups("") == {}
    assert read_groups(" a=b=grader ,, Lehrkräfte 2026 = teacher ") == {
        "a=b": Role.GRADER,
        "Lehrkräfte 2026": Role.TEACHER,
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("hub_groups", "graders", "hub_groups must be like graders=grader, staff=teacher"),
        ("hub_groups", "graders=judge", "(roles: candidate, grader, teacher, operator), not 'graders=judge'."),
        ("hub_groups", "=grader", "not '=grader'."),
        ("hub_grace", -1.0, "hub_grace must be a number that is not negative."),
        ("upstream_credential", "hub", "upstream_credential is for mode upstream, and mode is service"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        settings_from(CodeAssess(**{name: value}), mode=Mode.SERVICE)
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("token", "upstream_credential must be code or hub, not 'token'."),
        ("hub", "upstream_credential = hub needs JUPYTERHUB_API_TOKEN, and no JupyterHub"),
    ],
)
def test_a_credential_that_is_not_there_is_named(value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    chosen = CodeAssess(upstream_url="https://code.example.org", upstream_credential=value)
    with pytest.raises(InvalidInput) as refused:
        settings_from(chosen, mode=Mode.UPSTREAM)
    assert said in refused.value.message


def test_the_environment_of_a_hub_says_where_the_service_is() -> None:
    assert hub_settings({}) == {}
    own_server = {name: value for name, value in SERVICE.items() if name != "JUPYTERHUB_SERVICE_NAME"}
    assert hub_settings(own_server) == {}  # a terminal in a user's own server is no service
    assert hub_settings(SERVICE | {"JUPYTERHUB_SSL_CERTFILE": "/c.pem"}) == {
        "identity_provider_class": "codeassess_ext.hub.identity.HubIdentity",
        "base_url": "/services/codeassess/",
        "ip": "127.0.0.1",
        "port": 8985,
        "port_retries": 0,
        "allow_remote_access": True,
        "trust_xheaders": True,
        "certfile": "/c.pem",
    }
    assert hub_settings(SERVICE | {"JUPYTERHUB_SERVICE_URL": "https://codeassess"})["port"] == 443


def test_all_processes_of_a_service_sign_their_cookies_alike_and_those_of_others_do_not() -> None:
    other = SERVICE | {"JUPYTERHUB_API_TOKEN": "another-token"}
    own_server = {name: value for name, value in SERVICE.items() if name != "JUPYTERHUB_SERVICE_NAME"}
    secrets = [hub_cookie_secret(environ) for environ in (SERVICE, dict(SERVICE), other, own_server)]
    assert secrets[0] == secrets[1] != secrets[2] and secrets[3] is None
    assert len(secrets[0] or b"") >= 32


def test_the_state_of_a_login_says_its_cookie_until_its_time_is_over() -> None:
    state, second = login_state.new_state(600), login_state.new_state(600, "AbcdEfgh")
    assert (login_state.suffix_of(state), login_state.suffix_of(second)) == ("", "AbcdEfgh")
    for wrong in (login_state.new_state(-2), "", "x", f"{state}.a.b", "9" * 40, f"{second}%0d"):
        assert login_state.suffix_of(wrong) is None, wrong
    verifiers = {login_state.verifier_of(*pair) for pair in ((state, "a"), (state, "b"), (second, "a"))}
    assert len(verifiers) == 3 and {len(verifier) for verifier in verifiers} == {43}  # RFC 7636 wants 43 at least


def test_a_hub_without_its_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InvalidInput, match=r"the package jupyterhub is missing here: install codeassess\[hub\]"):
        hub_settings(SERVICE)
