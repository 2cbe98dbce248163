"""Names -> what stands for them: found in any text, the longest first, however they overlap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from npconv.pattern import pattern
from npconv.report.own_words import plain, written
from npconv.report.texts import visible_text

_TOKEN: Final = pattern(r"[^\W_]+|[\W_]")
_END: Final = ""
_NOWHERE: Final[dict[str, Any]] = {}
_NUMBER: Final = pattern(r"\d{1,6}")
_OURS: Final = pattern(r"npc\d{3}|v\d{1,2}((alpha|beta)\d{1,2})?", re.IGNORECASE)
_BEFORE_A_NAME: Final = frozenset("/=`'\"@")
_AFTER_A_NAME: Final = frozenset("/=`'\"")

PUBLIC: Final = frozenset(
    {
        *("default", "kube-system", "kube-public", "kube-node-lease", "calico-system", "tigera-operator"),
        *("(cluster)", "outside", "nodes", "app", "k8s-app", "kube-dns", "coredns", "true", "false"),
        *("tcp", "udp", "sctp", "udplite", "icmp", "icmpv6"),
    }
)
"""Names that are the same in every cluster."""

_PUBLIC_KEY: Final = pattern(r"([a-z0-9-]+\.)*(kubernetes\.io|k8s\.io|projectcalico\.org|cilium\.io)(/[\w.-]+)?")


class Substitutes:
    """The substitutes of one plan. The same name has the same one everywhere; numbers go by first appearance."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}
        self._made: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._taken: set[str] = set()

    def learn(self, names: Iterable[tuple[str, str, str]]) -> None:
        """Names, with what their substitutes are called (`namespace`, `file`) and how these end (`.yaml`)."""
        known = [one for one in names if one[0].strip() and not is_public(one[0]) and not _NUMBER.fullmatch(one[0])]
        self._taken.update(name.casefold() for name, _, _ in known)
        for name, kind, ending in known:
            self._add(name, self._substitute(name, kind, ending))

    def place(self, addresses: Iterable[tuple[str, str]]) -> None:
        """Addresses with their substitutes."""
        for address, substitute in addresses:
            self._made[address.casefold()] = substitute
            self._add(address, substitute)

    def name(self, text: str, kind: str = "name") -> str:
        """The substitute of a text that is a name as a whole."""
        if is_public(text) or not text:
            return text
        return self._substitute(text, kind, "")

    def prose(self, text: str) -> str:
        """A text with every name in it replaced, and every word that is not npconv's own."""
        return "".join(self._replaced(_TOKEN.findall(text)))

    def _add(self, name: str, substitute: str) -> None:
        for spelling in {name, visible_text(name)}:
            node = self._root
            for token in _TOKEN.findall(spelling.casefold()):
                node = node.setdefault(token, {})
            node.setdefault(_END, substitute)

    def _substitute(self, name: str, kind: str, ending: str) -> str:
        """What stands for a name. Never what is a name itself, or has one inside."""
        key = name.casefold()
        while key not in self._made:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            candidate = f"{kind}-{self._counts[kind]}{ending}"
            if candidate not in self._taken:
                self._made[key] = candidate
        return self._made[key]

    def _replaced(self, tokens: list[str]) -> Iterator[str]:
        at = 0
        while at < len(tokens):
            length, substitute = self._longest(tokens, at)
            if substitute is not None and not (length == 1 and _is_said(tokens, at)):
                yield substitute
                at += length
                continue
            yield self._unknown(tokens[at])
            at += 1

    def _longest(self, tokens: list[str], at: int) -> tuple[int, str | None]:
        node: dict[str, Any] = self._root
        best: tuple[int, str | None] = (0, None)
        for place in range(at, len(tokens)):
            node = node.get(tokens[place].casefold(), _NOWHERE)
            if node is _NOWHERE:
                break
            if _END in node:
                best = (place - at + 1, node[_END])
        return best

    def _unknown(self, token: str) -> str:
        """A word that is not known as a name: ours, or from the input all the same."""
        if len(token) == 1 or _NUMBER.fullmatch(token) or _OURS.fullmatch(token):
            return token
        if token.casefold() in written() or is_public(token):
            return token
        return self._substitute(token, "word", "")


def is_public(name: str) -> bool:
    """Whether a name is the same in every cluster."""
    return name in PUBLIC or _PUBLIC_KEY.fullmatch(name) is not None


def _is_said(tokens: list[str], at: int) -> bool:
    """Whether a word is of a sentence, and does not stand where names do: `ns/word`, `key=word`, `namespace word`."""
    word = tokens[at].casefold()
    before, after = tokens[at - 1] if at else " ", tokens[at + 1] if at + 1 < len(tokens) else " "
    if len(word) == 1:
        return not (before in "/=" or after in "/=")
    if word not in plain() or before in _BEFORE_A_NAME or after in _AFTER_A_NAME:
        return False
    return not (before == " " and at > 1 and tokens[at - 2].casefold() == "namespace")
