"""Text from outside stays text, and nothing is open that need not be."""

from __future__ import annotations

import os
import signal
from datetime import UTC
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from tests.cli.stage import Daemon, catalog, configured, quiet_poll
from tests.delivery.post_office import post_office
from tests.delivery.samples import notification
from tests.delivery.test_apprise import mail_url, send
from tests.faults.test_configuration import told
from watcher.alerts.outbox import Outcome
from watcher.delivery.evidence import judge
from watcher.delivery.targets import TargetError
from watcher.delivery.targets import parse as target_of
from watcher.messages.mail import mail
from watcher.messages.plain import plain
from watcher.messages.slack import slack

ROOT = Path(__file__).parents[2]
TEMPLATES = (
    "{{7*7}}",
    "{{config}}",
    "{% for x in range(9) %}x{% endfor %}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
)
FORMATS = ("{0}", "{alert.rule.__class__}", "{!r}", "%s", "%n%n%n", "%(rule)s", "{")


@pytest.mark.fault("{{…}} in a name", "a format string in a name")
@pytest.mark.parametrize("evil", TEMPLATES + FORMATS)
def test_what_looks_like_a_template_arrives_as_it_is(evil: str) -> None:
    message = notification(model=f"a/{evil}")

    words = plain(message, UTC)
    html = mail(message, UTC).html

    assert f"a/{evil}" in words.title
    assert f"a/{evil}" in words.body
    assert "49" not in html.partition("watcher explain")[0]
    assert evil.replace("<", "&lt;").replace(">", "&gt;") in html
    assert evil in slack(message, UTC).title


@pytest.mark.fault("CRLF in a subject")
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85"])
def test_no_line_end_in_a_name_adds_a_header_to_a_mail(end: str) -> None:
    with post_office() as office:
        evidence = send(mail_url(office), model=f"a/b{end}Bcc: everybody@example.org{end}{end}body")

    (letter,) = office.mails
    assert judge(evidence) is Outcome.DELIVERED
    assert letter["Bcc"] is None
    assert "everybody" not in str(letter["To"])
    subject = str(make_header(decode_header(letter["Subject"].replace("\r\n ", " "))))
    assert "Bcc: everybody@example.org" in subject
    assert end not in subject


@pytest.mark.fault("a file:// attachment")
def test_no_name_and_no_url_makes_a_file_an_attachment(tmp_path: Path) -> None:
    secret = tmp_path / "passwd"
    secret.write_text("SECRETLINE")

    with post_office() as office:
        send(f"{mail_url(office)}&attach={secret}&attachment=file://{secret}", model=f"a/file://{secret}")

    (letter,) = office.mails
    assert "SECRETLINE" not in str(letter)
    assert [part.get_content_maintype() for part in letter.walk()] == ["multipart", "text", "text"]


@pytest.mark.fault("a file:// attachment")
@pytest.mark.parametrize("scheme", ["file", "attach", "data", "ftp", "exec"])
def test_a_scheme_that_reads_files_is_no_receiver(scheme: str) -> None:
    with pytest.raises(TargetError):
        target_of(f"{scheme}:///etc/passwd")


@pytest.mark.fault("a catalog at http://")
@pytest.mark.parametrize(
    ("base", "is_refused"),
    [
        ("http://openrouter.ai", True),
        ("http://8.8.8.8", True),
        ("http://127.0.0.1:8080", False),
        ("http://10.0.0.7", False),
        ("https://openrouter.ai", False),
    ],
)
def test_what_is_asked_of_a_catalog_goes_out_in_the_clear_within_the_own_network_only(
    base: str, is_refused: bool
) -> None:
    text = f"catalog: {{base_url: '{base}', api_key: sk-1}}\nrules: [{{use: model-added}}]\n"

    assert any("in the clear" in line for line in told(text)) is is_refused


@pytest.mark.fault("secrets in core dumps")
def test_the_unit_allows_no_core_dump() -> None:
    assert "LimitCORE=0" in (ROOT / "systemd" / "watcher.service").read_text("utf-8").splitlines()


@pytest.mark.fault("permissions of a control socket", "metrics on 0.0.0.0")
def test_a_daemon_that_was_not_asked_to_listens_nowhere_and_makes_no_socket(tmp_path: Path) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        config = configured(tmp_path, base_url, "{terminal: {console: true}}")
        with Daemon(config) as daemon:
            daemon.until("poll.judged")
            listening = listened_to(daemon.pid)
            sockets = [path for path in (tmp_path / "state").rglob("*") if path.is_socket()]
            code = daemon.end(signal.SIGTERM)

    assert (listening, sockets, code) == ([], [], 0)


def listened_to(pid: int) -> list[str]:
    """Return the addresses a process listens on, and the names of its sockets in the file system."""
    targets = [str(descriptor.readlink()) for descriptor in Path(f"/proc/{pid}/fd").iterdir()]
    mine = {target[8:-1] for target in targets if target.startswith("socket:[")}
    tcp = [row for table in ("tcp", "tcp6") for row in rows_of(pid, table) if row[3] == LISTENING]
    named = [row for row in rows_of(pid, "unix") if len(row) > UNNAMED]
    return [row[1] for row in tcp if row[9] in mine] + [row[UNNAMED] for row in named if row[6] in mine]


def rows_of(pid: int, table: str) -> list[list[str]]:
    return [line.split() for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]]


LISTENING = "0A"
UNNAMED = 7
"""Columns of a unix socket without a name."""


@pytest.mark.fault("a state that everybody can read")
def test_nothing_that_a_daemon_makes_can_be_read_by_others(tmp_path: Path) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        config = configured(tmp_path, base_url, "{log: {file: told.jsonl}}")
        config.write_text(config.read_text().replace("catalog: {", "catalog: {archive: polls, "))
        before = os.umask(0)
        try:
            with Daemon(config) as daemon:
                daemon.until("poll.judged")
                daemon.end(signal.SIGTERM)
        finally:
            os.umask(before)

    made = [path for path in tmp_path.rglob("*") if path != config and path.is_file()]
    open_to_others = [path.name for path in made if path.stat().st_mode & 0o077 and "state" in path.parts]
    assert len(made) > 2
    assert open_to_others == []
