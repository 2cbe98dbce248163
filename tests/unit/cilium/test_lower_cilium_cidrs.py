"""How sets of addresses are written for a Cilium that reads `/0` as the world."""

from __future__ import annotations

from dataclasses import replace

import pytest

import npconv
from npconv.dialects.cilium.cidr_match import Matched
from npconv.dialects.cilium.lower_selectors import Writing, halved, peers
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.addresses import Addresses
from npconv.ir.condition import both, kind, within
from npconv.ir.dimensions import Axis, Kind
from npconv.lowering.cube import cubes

OLD = CiliumProfile(version=(1, 18))


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (OLD, (6,)),
        (replace(OLD, ipv6=True), ()),
        (replace(OLD, ipv4=False, ipv6=True), (4,)),
        (replace(OLD, version=(1, 19)), ()),
    ],
)
def test_the_family_that_is_off_is_written_in_halves(profile: CiliumProfile, expected: tuple[int, ...]) -> None:
    assert halved(profile) == expected


def test_halves_have_their_own_exceptions_and_go_where_nothing_is_left() -> None:
    asked = Addresses.of(["::/0"]) & ~Addresses.of(["2001:db8::/32", "8000::/1"])
    found = _written(asked, halved(OLD))
    assert found == [("::/1", ("2001:db8::/32",))]
    some = Addresses.of(["0.0.0.0/0", "::/0"]) & ~Addresses.of(["8.8.8.0/24", "fd00::/8"])
    assert _written(some, halved(OLD)) == [
        ("0.0.0.0/0", ("8.8.8.0/24",)),
        ("::/1", None),
        ("8000::/1", ("fd00::/8",)),
    ]
    assert _written(some, ()) == [("0.0.0.0/0", ("8.8.8.0/24",)), ("::/0", ("fd00::/8",))]


def _written(asked: Addresses, versions: tuple[int, ...]) -> list[tuple[str | None, tuple[str, ...] | None]]:
    condition = both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, asked))
    written = peers(cubes(condition, 100), Writing("a", {}, "", versions))
    return [(one.cidr, tuple(one.except_) if one.except_ else None) for entry in written for one in entry.cidrs]


ONE_FAMILY = Matched(by_pods=True)
BOTH_FAMILIES = Matched(by_pods=True, only_v4=False)


@pytest.mark.parametrize(
    ("matched", "asked", "written"),
    [
        (Matched(), ["0.0.0.0/0"], "0.0.0.0/0"),
        (ONE_FAMILY, ["0.0.0.0/0"], "world"),
        (ONE_FAMILY, ["::/0"], "::/0"),
        (BOTH_FAMILIES, ["192.0.2.0/24"], "192.0.2.0/24"),
    ],
)
def test_the_whole_outside_is_the_world_where_cidrs_match_pods(
    matched: Matched, asked: list[str], written: str
) -> None:
    condition = both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, Addresses.of(asked)))
    (entry,) = peers(cubes(condition, 100), Writing("a", {}, matched=matched))
    assert [*entry.entities, *(one.cidr for one in entry.cidrs)] == [written]
    assert not matched.has_more(Addresses.of(asked))


@pytest.mark.parametrize("asked", ["0.0.0.0/0", "::/0"])
def test_one_family_outside_has_no_words_where_cidrs_match_pods_of_both(asked: str) -> None:
    assert BOTH_FAMILIES.has_more(Addresses.of([asked]))


def test_a_whole_family_is_cut_apart_from_a_part_of_the_other() -> None:
    some = Addresses.of(["0.0.0.0/0", "2001:db8::/32"])
    assert list(BOTH_FAMILIES.cut(some)) == [Addresses.of(["0.0.0.0/0"]), Addresses.of(["2001:db8::/32"])]
    assert list(Matched().cut(some)) == [some]


@pytest.mark.parametrize("mode", ["pods", "nodes", "pods+nodes"])
@pytest.mark.parametrize("agents", ["true", "false"])
@pytest.mark.parametrize("dual_stack", [True, False])
@pytest.mark.parametrize("nets", ["nets: [0.0.0.0/0]", 'nets: ["::/0"]', "notNets: [192.0.2.0/24]"])
def test_what_is_written_for_a_family_lets_nothing_more_in(mode: str, agents: str, dual_stack: bool, nets: str) -> None:
    """Found by 12,000 random inputs: `--dual-stack` with agents of one family let the other family in, unsaid."""
    text = f"""\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: web, namespace: shop}}
spec:
  types: [Egress]
  egress:
    - {{action: Deny, destination: {{{nets}, notSelector: app == 'api'}}}}
    - {{action: Allow, destination: {{{nets}}}}}
"""
    target = f"cilium=1.20,policy-cidr-match-mode={mode},enable-ipv6={agents}"
    found = npconv.convert(text, read="calico", write=target, context=npconv.Context(dual_stack=dual_stack))
    assert found.conversion.proof is not None and found.conversion.proof.is_conclusive
    assert [one.code.id for one in found.diagnostics if one.is_error] == []
