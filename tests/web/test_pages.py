from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest

from tests.web.standings import standing
from watcher.web.pages import Pages, Request


def asked(
    target: str, *, method: str = "GET", host: str | None = "127.0.0.1:9464", **facts: Any
) -> tuple[int, str]:
    pages = Pages(lambda: standing(**facts), lambda: b"watcher_polls_total 1\n", hosts=["watcher.internal"])
    answer = pages.answer(Request(method=method, target=target, host=host))
    return answer.status.value, answer.body.decode()


def test_healthz_is_200_while_no_restart_would_help_and_says_what_is_wrong() -> None:
    well = asked("/healthz")
    troubled = asked("/healthz?verbose=1", problems=["nothing can be written for 3 min: disk full"])

    assert (well[0], json.loads(well[1])) == (200, {"alive": True, "problems": []})
    assert troubled[0] == 200
    assert json.loads(troubled[1])["problems"] == ["nothing can be written for 3 min: disk full"]


def test_healthz_is_503_when_a_restart_would_help() -> None:
    status, body = asked("/healthz", is_alive=False, problems=["the poller is stuck"])

    assert (status, json.loads(body)) == (503, {"alive": False, "problems": ["the poller is stuck"]})


def test_readyz_says_what_is_awaited() -> None:
    status, body = asked("/readyz", is_ready=False, awaited=["zdr: not yet read"])

    assert (status, json.loads(body)) == (503, {"ready": False, "problems": ["zdr: not yet read"]})
    assert asked("/readyz") == (200, '{"ready": true, "problems": []}\n')


def test_metrics_are_the_text_of_the_metrics() -> None:
    assert asked("/metrics") == (200, "watcher_polls_total 1\n")


def test_the_front_page_lists_the_others() -> None:
    status, body = asked("/")

    assert status == HTTPStatus.OK
    assert all(page in body for page in ("/healthz", "/readyz", "/metrics"))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "get"])
def test_nothing_but_get_and_head_is_answered(method: str) -> None:
    assert asked("/metrics", method=method)[0] == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.parametrize(
    "target", ["/<script>", "//metrics", "/metrics/", "http://127.0.0.1/metrics", "*", "/../healthz"]
)
def test_an_unknown_path_is_not_repeated(target: str) -> None:
    assert asked(target) == (404, "404 Not Found\n")


def test_a_page_of_another_name_that_leads_here_gets_nothing() -> None:
    assert asked("/metrics", host="evil.example:9464") == (421, "421 Misdirected Request\n")
    assert asked("/metrics", host="watcher.internal:9464")[0] == HTTPStatus.OK
    assert asked("/metrics", host=None)[0] == HTTPStatus.OK
