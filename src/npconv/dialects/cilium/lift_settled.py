"""What an entry of a rule means, once it is settled: peers and parts, and the rules that they make."""

from __future__ import annotations

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium import lift_requests
from npconv.dialects.cilium.lift_ports import Key
from npconv.dialects.cilium.model_ports import PortRule
from npconv.ir.condition import ALWAYS, Condition
from npconv.ir.policy import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A port rule of an entry, or its ICMP types, or everything. `rule` is there if anything rides on the ports."""

    keys: tuple[Key, ...]
    traffic: Condition
    rule: PortRule | None = None
    request: Condition = ALWAYS
    """What it asks of requests beyond layers 3 and 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A rule that an entry makes where no other entry changes it. `place` is the way from the entry to its words."""

    traffic: Condition
    request: Condition = ALWAYS
    place: Path = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry, settled: it is about any of the peers, and any of the parts. No peers: about nothing."""

    direction: Direction
    peers: tuple[Condition, ...]
    parts: tuple[Part, ...]
    by_ports: bool
    """Whether its parts are the items of `toPorts`."""
    authentication: str = ""
    peer: Condition
    """Any of the peers."""
    said: tuple[Said, ...]
    """What it says in all; nothing that can match nothing."""

    @property
    def asks(self) -> Condition:
        """What its authentication asks of connections."""
        return lift_requests.authentication(self.authentication)

    def place(self, index: int) -> Path:
        """The way from the entry to a part."""
        return ("toPorts", index) if self.by_ports else ()
