"""The process: its memory, time, threads and descriptors, under the names that Prometheus has for them.

prometheus-client's own collector wants /proc/stat, which a unit with ``ProcSubset=pid`` does not see.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

SELF = Path("/proc/self")
THREADS, STARTED, VIRTUAL, RESIDENT = 17, 19, 20, 21
"""Fields of /proc/PID/stat after the name, counted from 0 (proc_pid_stat(5))."""


class ProcessCollector(Collector):
    """Reads what the kernel counts of this process."""

    def __init__(self) -> None:
        """Note when the process began (seconds since 1970)."""
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(_stat()[STARTED]) / os.sysconf("SC_CLK_TCK")
        self._began = time.time() - age

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        found, used = _stat(), resource.getrusage(resource.RUSAGE_SELF)
        resident = int(found[RESIDENT]) * resource.getpagesize()
        descriptors = sum(1 for _ in (SELF / "fd").iterdir())
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        seconds = used.ru_utime + used.ru_stime
        yield CounterMetricFamily("process_cpu_seconds", "CPU time used, by user and system.", value=seconds)
        yield _gauge("process_start_time_seconds", "When the process began, in Unix time.", self._began)
        yield _gauge("process_virtual_memory_bytes", "Virtual memory.", int(found[VIRTUAL]))
        yield _gauge("process_resident_memory_bytes", "Memory that is in RAM.", resident)
        yield _gauge("process_threads", "Threads.", int(found[THREADS]))
        yield _gauge("process_open_fds", "Open file descriptors.", descriptors)
        yield _gauge("process_max_fds", "How many file descriptors may be open.", limit)


def _stat() -> list[str]:
    # The name stands in brackets, and may hold spaces and brackets of its own.
    return (SELF / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)
