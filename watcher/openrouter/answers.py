"""Answers: what upstream said, or why it said nothing; never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, assert_never

from watcher.catalog.names import ModelId


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON document in the envelope ``{"data": …}``, as upstream wrote it."""

    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No usable document: unobserved, never empty.

    ``status`` is the HTTP status, None when none came. ``passing`` tells that another attempt may fare
    better (connection errors, 429 and 5xx). ``page`` tells that the web site answered, not the API.
    """

    reason: str
    status: int | None = None
    passing: bool = False
    page: bool = False


class EndpointAnswers(NamedTuple):
    """One sweep of models' endpoints: the documents, and why the other models have none."""

    bodies: dict[ModelId, Mapping[str, object]]
    unanswered: dict[ModelId, str]

    def put(self, model: ModelId, outcome: Answer | Unanswered) -> None:
        """Enter what became of one model's request."""
        match outcome:
            case Answer(body):
                self.bodies[model] = body
            case Unanswered(reason=reason):
                self.unanswered[model] = reason
            case _:
                assert_never(outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontendAnswers:
    """One sweep of a surface that is asked for one thing at a time.

    ``bodies`` has None where upstream says that there is nothing (stats/endpoint: no endpoints now).
    ``unanswered`` says why the others gave nothing, ``lost`` why nothing at all could be had: no address
    that is known answers. ``nowhere`` tells that each of them says that there is no such thing, and none is
    in trouble.
    """

    bodies: Mapping[str, object]
    unanswered: Mapping[str, str]
    lost: str | None = None
    nowhere: bool = False
