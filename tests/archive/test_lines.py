from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard

from tests.archive.polls import poll, text, write
from watcher.archive.errors import CorruptArchiveError, UnreadableArchiveError
from watcher.archive.lines import head, lines


def secrets(seed: int) -> list[int]:
    """Return what does not compress."""
    return [(seed + 1) * number**7 % 1_000_003 for number in range(500)]


KINDS = ["a.json", "a.json.gz", "a.jsonl", "a.jsonl.gz", "a.jsonl.zst"]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_gives_the_same_text(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, poll())

    assert [(line.number, line.raw, line.flaw) for line in lines(path)] == [(1, text(poll()), None)]
    assert head(path, 12) == b'{"generated"'


@pytest.mark.parametrize("name", KINDS)
def test_a_byte_order_mark_is_no_part_of_a_poll(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, b"\xef\xbb\xbf", poll())

    assert [line.raw for line in lines(path)] == [text(poll())]


@pytest.mark.parametrize("name", KINDS[2:])
def test_blank_lines_are_passed_over_and_counted(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, poll(), b"\n  \n", poll(15))

    assert [line.number for line in lines(path)] == [1, 4]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_files_of_several_compressed_parts_are_read_through(tmp_path: Path, name: str) -> None:
    parts = [write(tmp_path / str(minute) / name, poll(minute)).read_bytes() for minute in (0, 15, 30)]
    path = tmp_path / name
    path.write_bytes(b"".join(parts))

    assert [line.raw for line in lines(path)] == [text(poll(minute)) for minute in (0, 15, 30)]


def test_a_gzip_that_inflates_a_thousandfold_is_read_to_its_end_and_past_the_zeros_after_it(
    tmp_path: Path,
) -> None:
    long = b'{"generated": "' + b"a" * 5_000_000 + b'"}'
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(long + b"\n" + long + b"\n") + b"\0" * 512 + gzip.compress(long))

    assert [line.raw.strip() for line in lines(path)] == [long, long, long]


def test_a_window_of_128_mib_is_read(tmp_path: Path) -> None:
    wide = zstandard.ZstdCompressionParameters.from_level(1, window_log=27)
    path = tmp_path / "wide.jsonl.zst"
    with (
        path.open("wb") as file,
        zstandard.ZstdCompressor(compression_params=wide).stream_writer(file) as writer,
    ):
        writer.write(text(poll()))

    assert [line.raw for line in lines(path)] == [text(poll())]


@pytest.mark.parametrize("name", ["a.json.gz", "a.jsonl.gz"])
def test_a_truncated_gzip_gives_what_it_can_and_says_so(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, poll())
    path.write_bytes(path.read_bytes()[:-20])

    assert [(line.number, line.flaw and line.flaw.partition(":")[0]) for line in lines(path)] == [
        (1, "truncated")
    ]
    assert head(path, 1_000_000) == b""


def test_the_polls_before_the_cut_of_a_gzip_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl.gz", *(poll(minutes, noise=secrets(minutes)) for minutes in range(40)))
    path.write_bytes(path.read_bytes()[:-9000])

    *whole, cut = lines(path)

    assert len(whole) >= 30
    assert all(line.flaw is None for line in whole)
    assert cut.flaw == "truncated: the file ends in the middle of a poll"


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_what_is_not_compressed_as_it_is_named_says_what_to_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(text(poll()))

    with pytest.raises(CorruptArchiveError, match=r"damaged compression .*; fetch or copy it again"):
        list(lines(path))


def test_a_damaged_gzip_says_that_nothing_of_it_was_judged(tmp_path: Path) -> None:
    path = damaged(tmp_path / "a.jsonl.gz")

    with pytest.raises(CorruptArchiveError, match=r"a\.jsonl\.gz: .* or leave it out: its polls cannot be"):
        list(lines(path))


@pytest.mark.parametrize("raw", [b"", text(poll())], ids=["a bit flipped", "never compressed"])
def test_a_damaged_gzip_of_one_poll_is_one_poll_that_cannot_be_read(tmp_path: Path, raw: bytes) -> None:
    path = damaged(tmp_path / "a.json.gz")
    path.write_bytes(raw or path.read_bytes())

    (line,) = lines(path)

    assert (line.number, line.raw) == (1, b"")
    assert str(line.flaw).startswith("damaged compression (")
    assert str(line.flaw).endswith("; fetch or copy it again")
    assert head(path, 1_000_000) == b""


def damaged(path: Path) -> Path:
    """Write a compressed poll of which a bit has flipped."""
    raw = bytearray(gzip.compress(text(poll())))
    raw[40] ^= 0xFF
    path.write_bytes(raw)
    return path


def test_a_file_that_the_system_does_not_give_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArchiveError, match="cannot be read: Is a directory"):
        list(lines(tmp_path))


def test_an_absurdly_long_line_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b"x" * 95 + b"\n", b"y\n")

    read = list(lines(path, longest=10))

    assert [(line.number, line.raw, line.flaw) for line in read] == [
        (1, b"", "longer than 10 bytes"),
        (2, b"y\n", None),
    ]


def test_an_absurdly_long_file_of_one_poll_is_passed_over(tmp_path: Path) -> None:
    (line,) = lines(write(tmp_path / "a.json.gz", b"x" * 95), longest=10)

    assert line.flaw == "longer than 10 bytes"


@pytest.mark.parametrize("cut", [20, 2000])
def test_a_zstd_file_that_was_cut_off_says_so(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path / "a.jsonl.zst", *(poll(minute, junk=secrets(minute)) for minute in range(60)))
    path.write_bytes(path.read_bytes()[:-cut])

    found = list(lines(path))

    assert found[-1].flaw == "truncated: the file ends in the middle of a poll"
    assert [line.raw for line in found[:-1]] == [
        text(poll(minute, junk=secrets(minute))) for minute in range(len(found) - 1)
    ]


def test_a_zstd_file_may_have_several_frames(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl.zst", poll())
    path.write_bytes(path.read_bytes() + zstandard.compress(text(poll(15))))

    assert [line.raw for line in lines(path)] == [text(poll()), text(poll(15))]
