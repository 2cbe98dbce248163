"""Collects what is wrong with a Cilium object for one installation; the same place is blamed once per code."""

from __future__ import annotations

from npconv.diagnostics.codes import Code
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model import CiliumClusterwideNetworkPolicy, CiliumPolicy, Entry, Rule
from npconv.dialects.cilium.model_ports import PortProtocol
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.source.label_selector import LabelSelector
from npconv.source.refusals import Refusals


class Faultless:
    """Parts of objects that one installation has no objection to: policies say the same things again and again.

    A part with a finding is never here, so that it is judged again wherever it stands.
    """

    def __init__(self) -> None:
        self.selectors: set[LabelSelector] = set()
        self.ports: set[tuple[PortProtocol, ...]] = set()
        """Ports as the schema checks them."""
        self.plain_ports: set[tuple[PortProtocol, ...]] = set()
        """Ports as Cilium checks them where nothing rides on them."""
        self._entries: set[tuple[Entry, bool, bool]] = set()

    def has(self, policy: CiliumPolicy) -> bool:
        """Whether entries like these, all of them, stood in policies without findings, and in such a place."""
        return all(_place(one, rule, policy) in self._entries for rule in policy.rules for one in rule.entries)

    def keep(self, policy: CiliumPolicy) -> None:
        """Remember the entries of a policy that has no finding."""
        self._entries.update(_place(one, rule, policy) for rule in policy.rules for one in rule.entries)


def _place(entry: Entry, rule: Rule, policy: CiliumPolicy) -> tuple[Entry, bool, bool]:
    """What the findings of an entry depend on, besides the installation."""
    return entry, rule.node_selector is None, type(policy) is CiliumClusterwideNetworkPolicy


class Findings:
    """What the judges said of one object so far. The API server and Cilium often object to the same thing."""

    def __init__(
        self,
        profile: CiliumProfile,
        refusals: Refusals,
        faultless: Faultless,
        *,
        ignored: frozenset[Path] = frozenset(),
        entries: bool = True,
    ) -> None:
        """`ignored` are places that are blamed already for another reason; without `entries`, these are all right."""
        self.profile = profile
        self.version = profile.version
        self.refusals = refusals
        self.faultless = faultless
        self.entries = entries
        self.count = 0
        """How often something was objected to, also where that was said before."""
        self._ignored = ignored
        self._seen: set[tuple[str, Path]] = set()

    def add(self, code: Code, path: Path, text: str, *, label: str = "", help: str = "") -> None:
        """Record that the value at `path` is not as it `text`: "must be `TCP` (found `UDP`)"."""
        self.count += 1
        if path in self._ignored or (code.id, path) in self._seen:
            return
        self._seen.add((code.id, path))
        self.refusals.add(code, path, text, label=label, help=help)

    def add_all(self, code: Code, path: Path, reasons: tuple[str, ...], found: str) -> None:
        """Record the first of these reasons against a value."""
        for reason in reasons[:1]:
            self.add(code, path, f"{reason} (found `{found}`)")
