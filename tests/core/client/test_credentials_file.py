"""The file with the credentials of a person who joined: for its owner alone, whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codeassess_core.client.credentials_file import CredentialsFile, StoredCredential, default_path, same_server
from codeassess_core.client.service_errors import CredentialsUnusable
from codeassess_core.errors import InvalidInput
from codeassess_core.settings import Settings

SERVER = "https://code.example.org/class"
JOINED = {
    "token": "ca_secret",
    "expires_at": "2026-12-01T10:00:00.000Z",
    "candidate": "ada",
    "assessment_id": "a-1",
    "title": "Mittelwerte — 平均",
}
ADA = StoredCredential.of(JOINED)


@pytest.fixture
def file(tmp_path: Path) -> CredentialsFile:
    return CredentialsFile(default_path(Settings(data_dir=str(tmp_path / "data"))))


def test_what_was_kept_is_found_by_the_service_and_by_another_program(file: CredentialsFile) -> None:
    assert file.get(SERVER) is None and not file.path.exists()
    file.put(SERVER, ADA)
    file.put("http://localhost:8888", replace(ADA, candidate="bob"))
    other = CredentialsFile(file.path)
    assert other.get(f"{SERVER}/") == ADA
    assert ADA.expires_at == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert other.get("HTTPS://Code.Example.org:443/class") == ADA
    assert other.get("https://code.example.org") is None
    file.put(SERVER, replace(ADA, token="ca_newer"))
    assert (other.get(SERVER), other.get("http://localhost:8888/")) == (
        replace(ADA, token="ca_newer"),
        replace(ADA, candidate="bob"),
    )


def test_a_forgotten_credential_is_gone_and_the_others_stay(file: CredentialsFile) -> None:
    file.forget(SERVER)
    file.put(SERVER, ADA)
    file.put("http://localhost:8888", ADA)
    file.forget(SERVER)
    assert (file.get(SERVER), file.get("http://localhost:8888")) == (None, ADA)
    assert "code.example.org" not in file.path.read_text()


def test_the_file_is_for_its_owner_alone_and_nothing_else_is_left_in_the_folder(file: CredentialsFile) -> None:
    before = os.umask(0)
    try:
        file.put(SERVER, ADA)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert [found.name for found in file.path.parent.iterdir()] == [file.path.name]


def test_the_token_is_in_no_repr() -> None:
    assert "ca_secret" not in repr(ADA)


def test_a_file_that_others_can_read_is_refused_until_it_is_closed_to_them(file: CredentialsFile) -> None:
    file.put(SERVER, ADA)
    file.path.chmod(0o640)
    for call in (lambda: file.get(SERVER), lambda: file.put(SERVER, ADA), lambda: file.forget(SERVER)):
        with pytest.raises(CredentialsUnusable, match=f"can be read by others; run: chmod 600 {file.path}"):
            call()
    file.path.chmod(0o600)
    assert file.get(SERVER) == ADA


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"token": "of another program"}',
        b'{"version": 2, "servers": {}}',
        b'{"version": 1, "servers": []}',
        b'{"version": 1, "servers": {"nowhere": {}}}',
        json.dumps({"version": 1, "servers": {SERVER: {**JOINED, "token": 7}}}).encode(),
        json.dumps({"version": 1, "servers": {SERVER: {**JOINED, "expires_at": "soon"}}}).encode(),
        b"[" * 200_000,
    ],
    ids=lambda content: content[:40].decode(errors="replace"),
)
def test_what_is_broken_or_of_another_program_is_told_in_one_sentence_and_never_overwritten(
    file: CredentialsFile, content: bytes
) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    file.path.chmod(0o600)
    with pytest.raises(CredentialsUnusable, match="does not hold what codeassess wrote; remove it and join again"):
        file.put(SERVER, ADA)
    assert file.path.read_bytes() == content


def test_what_is_not_a_file_is_refused(file: CredentialsFile, tmp_path: Path) -> None:
    file.path.mkdir(parents=True)
    with pytest.raises(CredentialsUnusable, match="is not a file"):
        file.get(SERVER)
    file.path.rmdir()
    (tmp_path / "elsewhere").write_text("{}")
    file.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CredentialsUnusable, match="cannot be opened; it must be a file of yours"):
        file.get(SERVER)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(CredentialsUnusable, match=r"cannot be (opened|written)"):
        CredentialsFile(tmp_path / "data" / "credentials.json").put(SERVER, ADA)


@pytest.mark.parametrize("missing", sorted(JOINED))
def test_an_answer_without_a_field_is_no_credential(missing: str) -> None:
    with pytest.raises(InvalidInput):
        StoredCredential.of({name: value for name, value in JOINED.items() if name != missing})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.org", "https://A.org:443/"),
        ("http://a.org:80/b/", "http://a.org/b"),
        ("http://[::1]:8888", "http://[::1]:8888/"),
        ("https://a.org", "https://a.org./"),
    ],
)
def test_a_server_has_one_spelling(one: str, other: str) -> None:
    assert same_server(one) == same_server(other)


def test_another_scheme_host_port_or_path_is_another_server() -> None:
    names = ("http://a.org", "https://a.org", "https://b.org", "https://a.org:8443", "https://a.org/b")
    assert len({same_server(name) for name in names}) == 5
