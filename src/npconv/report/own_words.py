"""npconv itself -> the words that it writes, which are no secret of anybody's.

What stands in a report is npconv's words and names from the input. A word that is in none of npconv's own files came
from the input, known as a name or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from npconv.diagnostics import codes
from npconv.pattern import pattern

WORD: Final = pattern(r"[^\W_]+")

_TEXTS: Final = (".py", ".j2", ".sh")

_GRAMMAR: Final = frozenset(
    """
    a about above after afterwards again all allow allowed alone also always an and another any anything are as
    ask asked at away back be because become becomes been before being below beside both but by can cannot
    certain change changed changes check cluster come comes command connection connections could default denied
    denies deny did do does done each either else every everything except fewer first flow flows for from gain
    gained get gets had has have here hold how if in into is isolate isolated isolates it its itself just kept
    know known last least left less let lets like look lost made make many may means more most must name names
    namespace namespaces neither never new newer next no nobody node nodes none nor not nothing now of off often
    old on once one only open or order other others otherwise out outside over own pass passes pod pods policies
    policy port ports reach reaches read rule rules run same say says see select selected selects set shut since
    so some somebody such take test than that the their them then there these they this those through tier to
    today together too try two under until up use used wave was way what when where whether which while who
    whole whom whose why will with within without would write written yet you your spec ingress egress metadata
    annotations labels selector selectors types action apply delete kubectl npconv ns file folder yaml yml json
    http https dns grpc udp tcp sctp icmp icmpv6 udplite ip ipv4 ipv6 cidr
    """.split()  # noqa: SIM905 - a list of words, one to a line, is no text
)


@cache
def written() -> frozenset[str]:
    """Every word in npconv's files, folded: other words came from the input.

    Where there are no sources to read (a build of bytecode alone), this is empty, and every word is replaced.
    """
    found: set[str] = set()
    for one in _all(files("npconv")):
        found.update(word.casefold() for word in WORD.findall(one.read_text(encoding="utf-8")))
    return frozenset(found | _GRAMMAR)


@cache
def plain() -> frozenset[str]:
    """The words of sentences: what a report says in any case, so that a name that is one of them gives nothing away."""
    titles = (word.casefold() for code in codes.ALL for word in WORD.findall(code.title))
    return frozenset({*titles, *_GRAMMAR})


def _all(folder: Traversable) -> Iterator[Traversable]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _all(one)
        elif one.name.endswith(_TEXTS):
            yield one
