"""A small disk of one's own: a file system in memory, which a program fills."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.stage import ROOT


def on_small_disk(program: str, disk: Path, *, size: str) -> subprocess.CompletedProcess[str]:
    """Run a program of Python to its end, with a disk mounted where its one argument says.

    Where nobody is given a disk, the test skips.
    """
    disk.mkdir()
    mounting = f'mount -t tmpfs -o size={size} none "{disk}" && exec "$@"'
    with_disk = ["unshare", "--map-root-user", "--mount", "sh", "-c", mounting, "sh"]
    if subprocess.run([*with_disk, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine gives nobody a disk of their own (unshare, tmpfs)")
    command = [*with_disk, sys.executable, "-c", program, str(disk)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
