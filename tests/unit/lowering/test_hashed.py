"""A hash worked out once is the one that equal values have, and stays in its process."""

from __future__ import annotations

import pickle

from npconv.ir.condition import Both, Within, both, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Scope
from npconv.ir.values import one_of

APP = Attribute.of(Scope.POD, "app")


def test_equal_values_have_one_hash() -> None:
    one = Both((Within(NAMESPACE, one_of("a")), Within(APP, one_of("b"))))
    other = Both((Within(NAMESPACE, one_of("a")), Within(APP, one_of("b"))))
    assert one is not other
    assert hash(one) == hash(other) == hash(one)
    assert {one: "found"}[other] == "found"


def test_a_hash_is_not_pickled() -> None:
    """Hashes of texts differ from process to process."""
    condition = both(within(NAMESPACE, one_of("a")), within(APP, one_of("b")))
    hash(condition)
    again = pickle.loads(pickle.dumps(condition))
    assert again == condition
    assert not hasattr(again, "_hash")


def test_what_is_remembered_is_no_part_of_the_value() -> None:
    one, other = one_of("a"), one_of("a")
    hash(one)
    assert one == other
    assert repr(one) == repr(other)
