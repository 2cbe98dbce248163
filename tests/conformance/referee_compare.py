"""Sides and the answers of referees -> agreements, and the flows on which engine and npconv disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from referee_accept import stored
from referee_sides import Side
from referees import ask

from npconv.semantics.flow import Flow
from npconv.semantics.verdict import verdict


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A side with the engine's verdicts; None where the engine says nothing or is no judge."""

    side: Side
    theirs: tuple[bool | None, ...]
    error: str = ""
    refused: tuple[str, ...] = ()
    is_refused: bool = False
    """Whether an API server refuses one of the documents, so that no engine ever gets them."""

    @property
    def wrong(self) -> Iterator[tuple[Flow, bool, bool]]:
        """The flows on which engine and npconv disagree: flow, theirs, ours."""
        for flow, theirs, ours in zip(self.side.flows, self.theirs, self.side.ours, strict=True):
            if theirs is not None and theirs != ours:
                yield flow, theirs, ours


@dataclass(kw_only=True)
class Tally:
    """Counts by program."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, program: str, **more: int) -> None:
        """Count."""
        self.counts.setdefault(program, Counter()).update(more)

    def lines(self) -> list[str]:
        """The counts in words."""
        return [
            f"{program}: " + ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in sorted(counts.items()))
            for program, counts in sorted(self.counts.items())
        ]


def answered(sides: Sequence[Side]) -> list[Answered]:
    """Ask the referees of some sides."""
    found: dict[int, Answered] = {}
    for program in sorted({one.referee.program for one in sides}):
        ours = [one for one in sides if one.referee.program == program]
        for side in ours:
            documents = stored(side.documents, side.referee.engine)
            if documents is None:
                found[id(side)] = Answered(side=side, theirs=(None,) * len(side.flows), is_refused=True)
                continue
            (answer,) = ask(program, [{**side.question(), "documents": [*side.referee.builtin, *documents]}])
            found[id(side)] = _answered(side, answer)
    return [found[id(one)] for one in sides]


def _answered(side: Side, answer: dict[str, Any]) -> Answered:
    if "error" in answer:
        return Answered(side=side, theirs=(None,) * len(side.flows), error=str(answer["error"]))
    if answer.get("refused"):
        return Answered(side=side, theirs=(None,) * len(side.flows), refused=tuple(answer["refused"]))
    named = frozenset(port.number for one in side.endpoints for port in one.named_ports)
    theirs = [
        verdict if side.referee.judges(flow, named) else None
        for flow, verdict in zip(side.flows, answer["allowed"], strict=True)
    ]
    return Answered(side=side, theirs=tuple(theirs), refused=tuple(answer.get("refused") or ()))


def count(found: Iterable[Answered], tally: Tally) -> None:
    """Count what was asked and how it was answered."""
    for one in found:
        asked = [theirs for theirs in one.theirs if theirs is not None]
        wrong = sum(1 for _ in one.wrong)
        tally.add(
            one.side.referee.program,
            sides=1,
            flows_asked=len(asked),
            flows_agreed=len(asked) - wrong,
            flows_disagreed=wrong,
            sides_with_a_disagreement=int(wrong > 0),
            sides_without_an_answer=int(bool(one.error)),
            sides_refused_by_the_api_server=int(one.is_refused),
            sides_with_refused_documents=int(bool(one.refused)),
        )


def told(one: Answered, shown: int = 3) -> str:
    """What a disagreement is, for people."""
    lines = [f"## {one.side.name} ({one.side.referee.program})"]
    if one.error:
        lines.append(f"error: {one.error}")
    lines += [f"refused: {text}" for text in one.refused]
    wrong = list(one.wrong)
    lines += [f"{len(wrong)} of {len(one.theirs)} flows"] if wrong else []
    for flow, theirs, ours in wrong[:shown]:
        reason = verdict(one.side.policies, flow).reason
        lines.append(
            f"  engine {_word(theirs)}, npconv {_word(ours)} ({reason}): {flow.direction.value} of {end(flow.subject)}"
            f"\n      peer {end(flow.peer)}\n      protocol {flow.protocol} port {flow.port} from {flow.source_port}"
            f" icmp {flow.icmp_type}/{flow.icmp_code}"
        )
    return "\n".join(lines)


def end(one: Any) -> str:
    """An endpoint in words."""
    labels = " ".join(f"{key}={value}" for key, value in sorted(one.attributes.items()))
    ports = " ".join(f"{port.name}={port.protocol}/{port.number}" for port in one.named_ports)
    return f"{one.title} ({one.kind.value} {', '.join(map(str, one.addresses))}) {labels} {ports}".rstrip()


def _word(allowed: bool) -> str:
    return "allows" if allowed else "denies"
