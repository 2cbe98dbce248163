"""What the documents of one policy are called: as the policy, then with `-1`, `-2` and so on behind."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.source.object_meta import ObjectMeta

LONGEST = 253
"""The most characters of a name (RFC 1123 subdomain)."""


class Namer:
    """Gives out names. Names that policies of a namespace have there already are theirs alone."""

    def __init__(self, policies: Iterable[ObjectMeta]) -> None:
        self._owners = {(one.namespace, one.name): one for one in policies if one.namespace}
        self._taken: set[tuple[str, str]] = set()
        self._last: dict[tuple[int, str], tuple[ObjectMeta, int]] = {}
        """A policy, by its identity, and the number of its last name in a namespace: those before it are not free."""

    def name(self, policy: ObjectMeta, namespace: str) -> str:
        """The next free name in a namespace for a document of the policy."""
        key = (id(policy), namespace)
        _, number = self._last.get(key, (policy, 0))
        name = _numbered(policy, number)
        while not self._is_free(policy, namespace, name):
            number += 1
            name = _numbered(policy, number)
        self._last[key] = policy, number
        self._taken.add((namespace, name))
        return name

    def _is_free(self, policy: ObjectMeta, namespace: str, name: str) -> bool:
        owner = self._owners.get((namespace, name))
        return (namespace, name) not in self._taken and (owner is None or owner is policy)


def _numbered(policy: ObjectMeta, number: int) -> str:
    if not number:
        return policy.name[:LONGEST]
    suffix = f"-{number}"
    return policy.name[: LONGEST - len(suffix)].rstrip("-.") + suffix
