"""Narration: what happens to the simulated catalog, in one line each, for whoever watches the demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from watcher.simulator.conditions import ModelDown, PolicyFlips, SchemaGrows
from watcher.simulator.disclosures import UseMoves, VersionPublished
from watcher.simulator.faults import Fault, HalfList, Unavailable
from watcher.simulator.memberships import Flaps, FreeVariantAppears
from watcher.simulator.pricing import PriceMoves
from watcher.simulator.script import Event, Script


class Line(NamedTuple):
    """What is seen from outside at a moment of the script."""

    at: timedelta
    text: str


def narrated(script: Script) -> tuple[Line, ...]:
    """Return everything that happens in a script, in time order."""
    lines = [line for event in script.events for line in _of_event(event)]
    lines += [line for fault in script.faults for line in _of_fault(fault)]
    return tuple(sorted(lines))


def _of_event(event: Event) -> Iterator[Line]:
    match event:
        case FreeVariantAppears(at=at, model=model):
            yield Line(at, f"{model}:free is listed")
        case Flaps(model=model, gone=gone):
            for left, back in gone:
                yield Line(left, f"{model} is missing from the list")
                yield Line(back, f"{model} is listed again")
        case PriceMoves(at=at, model=model, tag=tag, percent=percent, until=until):
            yield Line(at, f"{tag} moves its price of {model} by {percent:+} %")
            if until is not None:
                yield Line(until, f"{tag} takes that back")
        case ModelDown(at=at, model=model, until=until):
            yield Line(at, f"nobody serves {model} any more")
            yield Line(until, f"{model} is served again")
        case PolicyFlips(at=at, host=host, changes=changes):
            said = ", ".join(f"{field} is {str(value).lower()}" for field, value in changes.items())
            yield Line(at, f"{host} edits its data policy: {said}")
        case UseMoves(at=at, model=model, percent=percent):
            yield Line(at, f"{model} is used by {percent:+} %")
        case VersionPublished(at=at, model=model, version=version):
            yield Line(at, f"version {version} of {model} is published")
        case SchemaGrows(at=at, field=field):
            yield Line(at, f"every row has a new field, {field}")
        case _:
            yield from (Line(at, f"{type(event).__name__}") for at in event.moments())


def _of_fault(fault: Fault) -> Iterator[Line]:
    match fault:
        case HalfList():
            yield Line(fault.at, f"half of the {fault.surface} are missing from an answer")
        case Unavailable():
            yield Line(fault.at, f"the list of {fault.surface} answers 503")
        case _:
            yield Line(fault.at, f"the {fault.surface} answer nonsense")
    yield Line(fault.until, f"the {fault.surface} answer as they should")
