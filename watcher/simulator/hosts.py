"""Hosts: the simulated providers, from a seed."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.simulator.catalog import Host
from watcher.simulator.dice import Dice
from watcher.simulator.lexicon import COUNTRIES, HOSTS


def found_hosts(seed: int, count: int) -> Mapping[str, Host]:
    """Return ``count`` providers by slug; the first keep prompts, are not zero-retention and do not train."""
    hosts = (_host(seed, number) for number in range(count))
    return {host.slug: host for host in hosts}


def slug_of(name: str) -> str:
    """Return a provider's slug (``cirrus-nine`` of ``Cirrus Nine``)."""
    return name.lower().replace(" ", "-").replace(".", "-")


def _host(seed: int, number: int) -> Host:
    dice = Dice(seed, "host", number)
    name = HOSTS[number % len(HOSTS)] + ("" if number < len(HOSTS) else f" {number // len(HOSTS) + 1}")
    slug = slug_of(name)
    training = number > 1 and dice.chance(0.04)
    retains = number < 2 or dice.chance(0.3)  # noqa: PLR2004  # two keep prompts in every world: scripts need one
    site = f"https://{slug}.example"
    return Host(
        name=name,
        slug=slug,
        privacy_url=f"{site}/privacy" if dice.chance(0.9) else None,
        terms_url=f"{site}/terms" if dice.chance(0.85) else None,
        status_url=f"https://status.{slug}.example/" if dice.chance(0.35) else None,
        headquarters=dice.pick(COUNTRIES) if dice.chance(0.8) else None,
        datacenters=_datacenters(dice),
        training=training,
        retains_prompts=retains,
        retention_days=dice.pick((1, 7, 30, 30, 55)) if retains and dice.chance(0.5) else None,
        zdr=not retains and not training and dice.chance(0.8),
    )


def _datacenters(dice: Dice) -> tuple[str, ...] | None:
    if dice.chance(0.3):
        return None
    return tuple(sorted(set(dice.draw(COUNTRIES, dice.whole(0, 3)))))
