"""A token stands in every place where one can stand, and is found nowhere else."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.stage import Daemon, catalog, quiet_poll, spawned, watcher, with_free
from tests.delivery.post_office import post_office
from tests.delivery.sink import Sink, sink
from watcher.simulator.replay import Replay

TOKEN = "PLANTEDtoken0123456789AB"
"""As long as Slack's, and base64 as Standard Webhooks asks."""

FORMS = (TOKEN, base64.b64encode(f"user:{TOKEN}".encode()).decode(), TOKEN.lower(), TOKEN[::-1])
ACCOUNT = f"T1JJ3T3L2/A1BRTD4JD/{TOKEN}"


def write(folder: Path, base_url: str, port: int, mail: int) -> None:
    """Write a configuration in which every secret is the token; ``says`` answers 404 and the path it got."""
    here = f"127.0.0.1:{port}"
    (folder / "mail-url").write_text(
        f"mailto://user:{TOKEN}@127.0.0.1:{mail}/?from=us@example.org&to=you@example.org\n"
    )
    (folder / "hook-url").write_text(f"http://{here}/later/{TOKEN}\n")
    (folder / "hook-secret").write_text(f"whsec_{TOKEN}\n")
    (folder / "config.yaml").write_text(f"""
catalog: {{base_url: {base_url}, api_key: {TOKEN}, archive: polls, max_requests_per_minute: 6000,
  every: {{models: 1s}}}}
heartbeat: {{url: "http://user:{TOKEN}@{here}/{TOKEN}?key={TOKEN}", style: healthchecks}}
web: {{listen: "127.0.0.1:0"}}
receivers:
  slack: {{urls: ["slack://{ACCOUNT}/#models"], group_wait: 0s, allow_private: true}}
  service: {{urls: ["json://user:{TOKEN}@{here}/says/{TOKEN}?+X-Key={TOKEN}&-key={TOKEN}"], group_wait: 0s}}
  elsewhere: {{urls: [{{name: ours, url: "json://{here}/redirect/{TOKEN}"}}], group_wait: 0s}}
  nobody: {{urls: ["json://{TOKEN}:{TOKEN}@127.0.0.1:9/{TOKEN}"], group_wait: 0s}}
  mail: {{urls_file: mail-url, group_wait: 0s}}
  hook: {{webhook: "http://user:{TOKEN}@{here}/says/{TOKEN}?key={TOKEN}", secret: whsec_{TOKEN},
    group_wait: 0s}}
  busy: {{webhook_file: hook-url, secret_file: hook-secret, group_wait: 0s}}
rules: [{{use: new-free-variant}}]
""")


RECEIVERS = ("slack", "service", "elsewhere", "nobody", "mail", "hook", "busy")


SENDING = ("once", "test-notify")
READING = ("check", "status", "outbox list", "outbox list --json", "alerts --json")


def said_by(receiver: Sink, log: Path, *arguments: str | Path) -> str:
    """Run a verb to its end, and return all it says."""
    return "".join(begun(receiver, log, *arguments).communicate(timeout=60))


def begun(receiver: Sink, log: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """Start a verb; what its libraries say at any level goes to ``log``."""
    slack = f"http://127.0.0.1:{receiver.port}/says"
    program = [sys.executable, "-m", "tests.acceptance.on_loopback", slack, str(log)]
    return spawned([*program, *map(str, arguments)])


def told_by_daemon(config: Path, receiver: Sink, log: Path, replay: Replay) -> str:
    """Let a daemon fail at every receiver; return its log, output, pages and what the system shows of it."""
    with Daemon(config, begun(receiver, log, "run", "-c", config, "--log-level", "debug")) as daemon:
        address = daemon.until("web.started")["address"]
        daemon.until("poll.passed")
        replay.step()
        daemon.until_each("receiver", RECEIVERS)
        shown = [Path(f"/proc/{daemon.pid}/{name}").read_text() for name in ("cmdline", "environ")]
        shown += [httpx.get(f"http://{address}{page}").text for page in ("/healthz", "/readyz", "/metrics")]
        daemon.send(signal.SIGTERM)
        return "".join((daemon.rest(), str(daemon.events), *shown))


@pytest.mark.fault(
    "secrets in logs",
    "secrets in status",
    "secrets in metrics",
    "secrets in the output of check",
    "secrets in the database",
)
def test_a_token_is_found_in_no_output_no_log_and_no_file_of_the_state(tmp_path: Path) -> None:
    config, log = tmp_path / "config.yaml", tmp_path / "libraries.log"
    before = quiet_poll()
    polls = catalog(before, with_free(before, "first"))
    with polls as (base_url, replay), sink() as receiver, post_office() as office:
        write(tmp_path, base_url, receiver.port, office.port)
        said = told_by_daemon(config, receiver, log, replay)
        for verb in (*SENDING, *READING):
            said += said_by(receiver, log, *verb.split(), "-c", config)
        watcher("backup", tmp_path / "state" / "copy.db", "-c", config)
        took = [request.path for request in receiver.requests]

    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file())
    assert {"/says", "/redirect", "/later"} <= {f"/{path.split('/')[1]}" for path in took}
    assert "newcomer/first:free" in said
    assert all(word in said for word in ("watcher_polls_total", "heartbeat.failed", "poll.passed"))
    assert b"newcomer/first:free" in kept
    heard = log.read_text()
    assert all(library in heard for library in ("sqlalchemy", "asyncio"))
    assert [form for form in FORMS if form in said + heard] == []
    assert [form for form in FORMS if form.encode() in kept] == []
