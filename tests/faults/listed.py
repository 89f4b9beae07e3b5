"""The faults that the watcher survives, each with the promise it keeps; tests name the ones they inject.

A test names faults in its decorator: ``@pytest.mark.fault("the file is empty", …)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and what holds all the same; ``reason`` says why no test injects it."""

    name: str
    promise: str
    reason: str = ""


NOTHING_LOST = "nothing is lost, nothing is told twice"
REPEATED = "nothing is lost; what was under way is sent again under its id and says that it may be a repeat"
REFUSED_POLL = "the poll is refused and its reason named; what was known stays"
REFUSED_START = "the start is refused with the way out; the file is not touched"
ROW_ASIDE = "the row is set aside and counted; what was known of it stays, and the rest lives"
MISTAKE = "it is told with its line, beside all other mistakes; nothing runs on half a configuration"
RETRIED = "it waits and is tried again, ever later; a row is never given up for it"
TARGET_PAUSED = "the target is paused, probed once a day and told of to the others; its rows wait"
MESSAGE_DEAD = "this message is dead with its reason, and the next one goes on"
LITERAL = "it arrives as the literal text it is"
NO_SECRET = "no planted secret is found there"

FAULTS: Mapping[str, tuple[Fault, ...]] = {
    "pipeline kills": (
        Fault("killed after the fetch", NOTHING_LOST),
        Fault("killed after the judgement", NOTHING_LOST),
        Fault("killed in the middle of a transaction", NOTHING_LOST),
        Fault("killed before the commit", NOTHING_LOST),
        Fault("killed after the commit", NOTHING_LOST),
        Fault("killed after a claim", NOTHING_LOST),
        Fault("killed in the middle of a send", REPEATED),
        Fault("killed after a send", REPEATED),
        Fault("killed after the mark", NOTHING_LOST),
        Fault("killed during a reload", NOTHING_LOST),
        Fault("killed during a migration", "the next start finds the old version whole and upgrades it"),
        Fault("killed during retention", "the state is whole, and what was not done is done the next time"),
        Fault("killed while it stops", REPEATED),
        Fault(
            "stopped for longer than the lease",
            "who lost the claim cannot settle it; the row is sent again and says that it may be a repeat",
        ),
        Fault(
            "out of memory",
            "what could not be read is a failed poll; a kill by the kernel is one like any other",
            "a poll without memory; the kernel's own kill is SIGKILL, as above",
        ),
        Fault(
            "three deaths in a row at the same row",
            "the row that kills is put behind the others, ever longer, and in the end set aside as dead",
        ),
    ),
    "store": (
        Fault("the disk is full", "the last state stays readable; the same store works when there is room"),
        Fault("a file may not grow (RLIMIT_FSIZE)", "the commit fails whole; the last state stays"),
        Fault(
            "no file descriptors are left (EMFILE)", "the poll fails; the next one that finds some goes on"
        ),
        Fault("the directory is read-only", "it can be read, and who wants to write is told"),
        Fault("the directory has another owner", "the start is refused with the way out"),
        Fault("bits have flipped", "the damage is found at the start and never read as truth"),
        Fault("the file is empty", REFUSED_START),
        Fault("the file is garbage", REFUSED_START),
        Fault("the -wal file was removed", REFUSED_START),
        Fault("the -shm file was removed", "it is made again; nothing is lost"),
        Fault("the schema is of a newer version", REFUSED_START),
        Fault(
            "a backup tool holds the lock", "the commit waits, then fails whole and says who; later ones work"
        ),
        Fault("two daemons on one state", "the second is told who was first, and leaves"),
        Fault(
            "the power fails",
            "every acknowledged commit is there, no half of another",
            "no plug is pulled: what was not synced is cut off, zeroed or garbled in copies of the files",
        ),
        Fault("an old backup was restored", "what happened since is told; what was unsent may be a repeat"),
        Fault(
            "a history of 10 GB",
            "what a poll costs does not grow with the history",
            "10 GB take too long to write: SQLite's own steps are counted with 50,000 rows and with 10",
        ),
    ),
    "clock": (
        Fault("an hour forward", "nothing is told for it, and polling goes on"),
        Fault("an hour back", "nothing is told for it, and polling goes on at once"),
        Fault("a year forward", "nothing is told for it, and polling goes on"),
        Fault("a year back", "nothing is told for it, and polling goes on at once"),
        Fault("daylight saving begins or ends", "quiet hours and digests keep their local times"),
        Fault(
            "wrong at the start, before NTP", "the jump to the true time tells nothing, and polling goes on"
        ),
        Fault("an interval on the wall clock", "deadlines, paces and timeouts count monotonic seconds only"),
        Fault("Retry-After is a date in the past", "there is no pause"),
        Fault("Retry-After is 1e9 seconds", "the pause is capped"),
    ),
    "catalog transport": (
        Fault("a timeout", REFUSED_POLL),
        Fault("the connection is refused", REFUSED_POLL),
        Fault("the name does not resolve", REFUSED_POLL),
        Fault("the certificate has expired", REFUSED_POLL),
        Fault("the certificate is self-signed", REFUSED_POLL),
        Fault("the certificate is of another host", REFUSED_POLL),
        Fault("301 to another host", "it is not followed, and the key stays at home; the poll is refused"),
        Fault("the catalog answers 403", REFUSED_POLL),
        Fault("the catalog answers 404", REFUSED_POLL),
        Fault("the catalog answers 500", REFUSED_POLL + "; it is asked again, ever later"),
        Fault("the catalog answers 503", REFUSED_POLL + "; it is asked again, ever later"),
        Fault("429 with seconds", "nobody asks before the time has passed"),
        Fault("429 with a date", "nobody asks before the time has passed, by upstream's own clock"),
        Fault("429 without a time", "nobody asks for a few seconds"),
        Fault("headers that drip", REFUSED_POLL),
        Fault("a body that drips", REFUSED_POLL),
        Fault("a body shorter than announced", REFUSED_POLL),
        Fault("a body that ends when the connection does, cut in half", REFUSED_POLL),
        Fault("HTML with status 200", REFUSED_POLL),
        Fault("{} with status 200", REFUSED_POLL),
        Fault("[] with status 200", REFUSED_POLL),
        Fault("null with status 200", REFUSED_POLL),
        Fault("50 MB", REFUSED_POLL + "; no more than the limit is read"),
        Fault("a gzip bomb", REFUSED_POLL + "; no more than the limit is inflated"),
        Fault("a wrong charset", "JSON is UTF-8 whatever the header says"),
        Fault("a byte order mark", "it does no harm"),
    ),
    "catalog content": (
        Fault("empty data with status 200", REFUSED_POLL),
        Fault("half a catalog", "it is held; nothing is told unless it repeats for four confirmations"),
        Fault("one regressed edge copy", "an old generation is held and never heard of"),
        Fault("page 2 is missing", REFUSED_POLL),
        Fault("a NaN price", "the row is set aside or the whole answer refused; what was known stays"),
        Fault("an infinite price", "the row is set aside or the whole answer refused; what was known stays"),
        Fault("a negative price", ROW_ASIDE),
        Fault("a huge price", ROW_ASIDE),
        Fault("a price that is a word", ROW_ASIDE),
        Fault("a price that is null", "it is unknown, and unknown is no change"),
        Fault("a row without an id", ROW_ASIDE),
        Fault("an id twice with the same content", REFUSED_POLL),
        Fault("an id twice with other content", REFUSED_POLL),
        Fault("an id of another type", ROW_ASIDE),
        Fault("a depth of 100,000", REFUSED_POLL),
        Fault("1,000,000 models", REFUSED_POLL + "; memory stays bounded"),
        Fault("lone surrogates", REFUSED_POLL),
        Fault("NUL in an id", ROW_ASIDE),
        Fault("a right-to-left override", "in an id it sets the row aside; in a name it is written out"),
        Fault("a description of 1 MB", "it is not kept; a name is cut"),
        Fault("a new field on every row", "it is one schema change and no change of any row"),
        Fault("a unit that changed on every row", "it is held; nothing is told unless it repeats"),
        Fault("a field removed everywhere", "it is unknown, told once as lost; its return is no change"),
    ),
    "configuration": (
        Fault("a syntax error", MISTAKE),
        Fault("an alias bomb", MISTAKE),
        Fault("an anchor inside itself", MISTAKE),
        Fault("!!python tags", MISTAKE),
        Fault("duplicate keys", MISTAKE),
        Fault("`no` for a name", "only true and false are booleans"),
        Fault("`010` for a number", "it is ten"),
        Fault("an unknown key", MISTAKE + "; the nearest key is named"),
        Fault("an empty file", MISTAKE),
        Fault("an unreadable file", "the start is refused and says why"),
        Fault(
            "replaced while it is read", "what was read is whole or a mistake; the next look reads it anew"
        ),
        Fault("a symbolic link that was swapped", "what it leads to now is read"),
        Fault("5000 rules", "they are read within seconds"),
        Fault(
            "a catastrophic regular expression", "it takes no longer than any other: CEL and globs are linear"
        ),
        Fault("a glob that backtracks", "it takes no longer than any other: CEL and globs are linear"),
        Fault("an unknown receiver", MISTAKE),
        Fault("a secret that is missing", MISTAKE),
        Fault("a reload with a broken file", "the old one stays in force, and the log says why"),
        Fault(
            "a reload without a receiver whose rows wait", "they are put aside, named, and sent if it returns"
        ),
        Fault("a reload during a send", "the send ends as it would have; nothing is lost or sent twice"),
    ),
    "receivers": (
        Fault("a receiver refuses the connection", RETRIED),
        Fault("a receiver hangs before it accepts", "the send is cut at our deadline and tried again"),
        Fault("a receiver hangs after it accepted", REPEATED),
        Fault("an answer that drips", "it is cut at our deadline and tried again as a possible repeat"),
        Fault("an answer of 200 MB", "no more than 64 KB of it is read"),
        Fault("200 with a wrong body", "where a service says so in its body, it counts as not delivered"),
        Fault("3xx elsewhere", "it is not followed; the target is paused"),
        Fault("a receiver answers 400", MESSAGE_DEAD),
        Fault("a receiver answers 401", TARGET_PAUSED),
        Fault("a receiver answers 403", TARGET_PAUSED),
        Fault("a receiver answers 404", TARGET_PAUSED),
        Fault("a receiver answers 410", TARGET_PAUSED),
        Fault("a receiver answers 413", MESSAGE_DEAD),
        Fault("a receiver answers 429", "the pause it asks for holds for the whole target"),
        Fault("a receiver answers 5xx", RETRIED),
        Fault("TLS fails", "nothing is sent in the clear; the target is paused or tried again"),
        Fault(
            "1 of N targets fails",
            "a URL is one target: the others have rows of their own and are not repeated",
        ),
        Fault("SMTP 421", RETRIED),
        Fault("SMTP 450", RETRIED),
        Fault("SMTP 550", TARGET_PAUSED),
        Fault("SMTP 552", MESSAGE_DEAD),
        Fault("SMTP without STARTTLS", "nothing is sent in the clear; the target is paused"),
        Fault("SMTP AUTH fails", TARGET_PAUSED),
        Fault("SMTP drops after DATA", "it is sent again under its Message-ID as a possible repeat"),
        Fault(
            "all receivers dead for 24 h: the backlog",
            "it is bounded; the oldest are given up, and it is told",
        ),
        Fault("all receivers dead for 24 h: the order", "what waited arrives oldest first"),
        Fault("all receivers dead for 24 h: the catch-up", "one message tells what was missed"),
        Fault("a flapping receiver", "each message arrives once, whichever tries fail"),
        Fault("one stuck receiver", "it delays nobody else"),
        Fault("an exit with stuck sends", "the daemon ends within seconds all the same"),
    ),
    "security": (
        Fault("<!channel> in a name", LITERAL),
        Fault("<@U…> in a name", LITERAL),
        Fault("a spoofed link", LITERAL),
        Fault("HTML in mail", LITERAL),
        Fault("JavaScript in mail", LITERAL),
        Fault("CRLF in a subject", "the subject stays one line; no header is added"),
        Fault("{{…}} in a name", LITERAL),
        Fault("a format string in a name", LITERAL),
        Fault("terminal escapes in logs", "they are written out and steer nothing"),
        Fault("a forged log line", "a newline is written out; a line stays one line"),
        Fault("secrets in logs", NO_SECRET),
        Fault("secrets in tracebacks", NO_SECRET),
        Fault("secrets in status", NO_SECRET),
        Fault("secrets in metrics", NO_SECRET),
        Fault("secrets in the output of check", NO_SECRET),
        Fault("secrets in the database", NO_SECRET),
        Fault("secrets in core dumps", "the unit allows none"),
        Fault(
            "SSRF by a receiver's URL", "private, loopback and metadata addresses are refused unless allowed"
        ),
        Fault("SSRF by redirect", "no redirect is followed"),
        Fault("SSRF by DNS rebinding", "the address of the connection itself is what is checked"),
        Fault("a catalog at http://", "it is refused unless it is in the own network"),
        Fault("a file:// attachment", "no text is ever an attachment, and file:// is no receiver"),
        Fault("a configuration that everybody can read", "with secrets in it, it is doubted"),
        Fault("a state that everybody can read", "the daemon makes it for its owner alone"),
        Fault("permissions of a control socket", "there is none: signals and the state are all there is"),
        Fault(
            "metrics on 0.0.0.0",
            "refused unless `allow_remote` asks for it, and doubted then; by default nothing listens",
        ),
    ),
}
"""By group, in the order of the table."""
