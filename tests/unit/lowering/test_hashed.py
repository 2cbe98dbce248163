"""A hash worked out once is the one that equal values have, and stays in its process."""

from __future__ import annotations

import pickle
from copy import copy, deepcopy

from npconv.ir.condition import ALWAYS, NEVER, Always, Both, Never, Within, both, within
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


def test_the_constants_are_one_object_each() -> None:
    for one in (ALWAYS, NEVER):
        assert type(one)() is pickle.loads(pickle.dumps(one)) is copy(one) is deepcopy(one) is one
    assert ALWAYS != NEVER
    assert {ALWAYS, NEVER, Always(), Never()} == {ALWAYS, NEVER}


def test_a_text_is_kept_and_not_pickled() -> None:
    one, other = within(NAMESPACE, one_of("a")), within(APP, one_of("b"))
    joined = both(one, other)
    again = pickle.loads(pickle.dumps(joined))
    assert both(again, within(NAMESPACE, one_of("a"))) == joined == again
    assert not hasattr(pickle.loads(pickle.dumps(one)), "_text")
