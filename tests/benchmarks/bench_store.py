"""How long the store takes: ``python tests/benchmarks/bench_store.py``.

400 models with three endpoints each. To hold: first commit 150 ms, quiet commit 5 ms, commit of 100
messages 5 ms, load 60 ms (medians).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.notification import Notification
from watcher.alerts.severity import Severity
from watcher.catalog.endpoint import Endpoint
from watcher.catalog.model import Model
from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.price import Tariff
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decision import Decision
from watcher.judgement.state import State, SurfaceHealth, Tracked

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
CATALOG = "https://openrouter.ai"
PARAMETERS = frozenset({"tools", "temperature", "top_p", "stop", "seed", "max_tokens", "reasoning", "top_k"})
METERS = ("prompt", "completion", "input_cache_read", "input_cache_write", "image", "request")
DICE = random.Random(1)  # noqa: S311  # made-up readings


def tariff(step: int) -> Tariff:
    """Return six prices."""
    return Tariff(meters={meter: Decimal(step).scaleb(-9) for meter in METERS}, discount=Decimal(0))


def model(number: int) -> Tracked[Model]:
    """Return a model as the catalog has them."""
    name = ModelId(f"author{number % 40}/model-number-{number}")
    record = Model(
        id=name,
        name=f"Model {number}",
        canonical_slug=f"{name}-2026",
        created=1_700_000_000 + number,
        context_length=131_072,
        max_completion_tokens=8192,
        input_modalities=frozenset({"text", "image"}),
        output_modalities=frozenset({"text"}),
        supported_parameters=PARAMETERS,
        tariff=tariff(number),
        tokenizer="GPT",
        hugging_face_id=name,
        knowledge_cutoff="2025-01-01",
        expires=None,
        moderated=False,
        reasoning=True,
        alias_target=None,
    )
    return Tracked(uid=name, record=record, first_seen=NOON, since=NOON)


def endpoint(key: EndpointKey, step: int) -> Tracked[Endpoint]:
    """Return an endpoint as the catalog has them."""
    record = Endpoint(
        key=key,
        provider_name=key.tag.title(),
        tariff=tariff(step),
        quantization="fp8",
        context_length=131_072,
        max_completion_tokens=8192,
        max_prompt_tokens=None,
        supported_parameters=PARAMETERS,
        implicit_caching=True,
        service_tier=None,
    )
    return Tracked(uid=key.label, record=record, first_seen=NOON, since=NOON)


def told(number: int) -> Notification:
    """Return a message about one new model."""
    name = f"author/model-{number}"
    alert = Alert(
        id=alert_id("model-added", name, None, NOON),
        rule="model-added",
        severity=Severity.INFO,
        status=Status.FIRING,
        event="model.added",
        subject=name,
        model=name,
        at=NOON,
        not_before=None,
        told_at=NOON,
    )
    return Notification(
        at=NOON, receiver="receiver", rule="model-added", severity=Severity.INFO, alerts=(alert,)
    )


def uptime() -> float:
    """Return a percentage as upstream gives it."""
    return round(DICE.uniform(0, 100), 3)


def readings(keys: list[EndpointKey]) -> dict[EndpointKey, Telemetry]:
    """Return another reading of each endpoint."""
    return {key: Telemetry(uptime(), uptime(), uptime(), 0, 412.0, 31.5) for key in keys}


def catalog() -> tuple[State, list[EndpointKey]]:
    """Return a state of the size of the real one."""
    models = {tracked.record.id: tracked for tracked in map(model, range(400))}
    keys = [EndpointKey(name, f"provider{number}/fp8", 0) for name in models for number in range(3)]
    endpoints: dict[ModelId, dict[EndpointKey, Tracked[Endpoint]]] = {name: {} for name in models}
    for step, key in enumerate(keys):
        endpoints[key.model][key] = endpoint(key, step)
    surfaces = {surface: SurfaceHealth(believed_at=NOON) for surface in Surface}
    return State(models=models, endpoints=endpoints, telemetry=readings(keys), surfaces=surfaces), keys


def timed(act: Callable[[], object]) -> float:
    """Return the milliseconds an act takes."""
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1000


def resident() -> float:
    """Return the memory in use, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024


def measured() -> Iterator[str]:
    """Yield a line for each measurement."""
    before, begun = resident(), process_time()
    from watcher.store.store import Store  # noqa: PLC0415  # its import is measured

    yield f"import          {(process_time() - begun) * 1000:6.1f} ms CPU, {resident() - before:.1f} MB"
    state, keys = catalog()
    with TemporaryDirectory() as folder:
        firsts = []
        for number in range(7):
            with Store.open(Path(folder, str(number)), catalog=CATALOG) as store:
                act = Decision(state=state)
                firsts.append(timed(lambda: store.commit(State(), act, (), now=NOON, expected_version=0)))  # noqa: B023  # called at once
        yield f"first commit    {median(firsts):6.1f} ms, best {min(firsts):.1f}"
        creating = [timed(lambda: Store.open(Path(folder, f"c{n}"), catalog=CATALOG)) for n in range(5)]  # noqa: B023  # called at once
        yield f"create          {median(creating):6.1f} ms"
        with Store.open(Path(folder, "0"), catalog=CATALOG) as store:
            loads = [timed(store.load) for _ in range(15)]
            yield f"load            {median(loads):6.1f} ms, best {min(loads):.1f}"
            calm, quiet, held = store.load(), [], resident()
            for number in range(1, 301):
                health = SurfaceHealth(believed_at=NOON + timedelta(minutes=number))
                surfaces = {**calm.surfaces, Surface.ENDPOINTS: health}
                after = replace(calm, telemetry=readings(keys), surfaces=surfaces)
                act = Decision(state=after)
                quiet.append(timed(lambda: store.commit(calm, act, (), now=NOON, expected_version=number)))  # noqa: B023  # called at once
                calm = after
            yield f"quiet commit    {median(quiet):6.1f} ms, best {min(quiet):.1f}"
            yield f"300 of them     {resident() - held:+6.1f} MB"
            rows = [(told(number), "target") for number in range(100)]
            version, act = store.version(), Decision(state=calm)
            spans = [
                timed(lambda: store.commit(calm, act, rows, now=NOON, expected_version=version + number))  # noqa: B023  # called at once
                for number in range(31)
            ]
            yield f"100 messages    {median(spans):6.1f} ms, best {min(spans):.1f}"
            yield f"version         {median(timed(store.version) for _ in range(50)):6.2f} ms"


if __name__ == "__main__":
    for line in measured():
        print(line)
