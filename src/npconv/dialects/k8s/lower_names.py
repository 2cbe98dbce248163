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

    def name(self, policy: ObjectMeta, namespace: str) -> str:
        """The next free name in a namespace for a document of the policy."""
        number = 0
        name = policy.name[:LONGEST]
        while not self._is_free(policy, namespace, name):
            number += 1
            suffix = f"-{number}"
            name = policy.name[: LONGEST - len(suffix)].rstrip("-.") + suffix
        self._taken.add((namespace, name))
        return name

    def _is_free(self, policy: ObjectMeta, namespace: str, name: str) -> bool:
        owner = self._owners.get((namespace, name))
        return (namespace, name) not in self._taken and (owner is None or owner is policy)
