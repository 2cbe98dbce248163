"""Names, label keys and values, port names and CIDRs as Kubernetes accepts them."""

from __future__ import annotations

import pytest

from npconv.source import cidr, names
from npconv.source.object_meta import ObjectMeta, validate
from npconv.source.refusals import Refusals


@pytest.mark.parametrize("text", ["a", "a.b-c", "0.1", "a" * 253])
def test_good_subdomains(text: str) -> None:
    assert names.dns_subdomain(text) == ()


@pytest.mark.parametrize("text", ["", "A", "a_b", "-a", "a.", "a..b", "a" * 254, "a\n"])
def test_bad_subdomains(text: str) -> None:
    assert names.dns_subdomain(text) != ()


@pytest.mark.parametrize("text", ["app", "A.b_c-d", "example.com/app", "k8s.io/A"])
def test_good_keys(text: str) -> None:
    assert names.label_key(text) == ()


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", ("name part must be non-empty",)),
        ("/app", ("prefix part must be non-empty",)),
        ("example.com/", ("name part must be non-empty",)),
        ("a/b/c", ("must be a name with at most one prefix and one '/' (such as `example.com/name`)",)),
        ("a" * 64, ("name part must be no more than 63 characters",)),
    ],
)
def test_bad_keys(text: str, reasons: tuple[str, ...]) -> None:
    assert names.label_key(text) == reasons


@pytest.mark.parametrize("text", ["http", "web-1", "a" * 15])
def test_good_port_names(text: str) -> None:
    assert names.port_name(text) == ()


@pytest.mark.parametrize("text", ["", "HTTP", "80", "a--b", "-a", "a-", "a" * 16])
def test_bad_port_names(text: str) -> None:
    assert names.port_name(text) != ()


@pytest.mark.parametrize(
    ("text", "strict", "lenient", "form"),
    [
        ("10.0.0.0/8", True, True, "10.0.0.0/8"),
        ("10.0.0.5/24", True, True, "10.0.0.0/24"),
        ("010.0.0.0/8", False, True, "10.0.0.0/8"),
        ("10.0.0.0/08", False, True, "10.0.0.0/8"),
        ("0.0.0.0/0", True, True, "0.0.0.0/0"),
        ("FD00:0::/8", True, True, "fd00::/8"),
        ("::ffff:10.0.0.0/104", True, True, "10.0.0.0/8"),
        ("10.0.0.0", False, False, ""),
        (" 10.0.0.0/8", False, False, ""),
        ("10.0.0.0/8\n", False, False, ""),
        ("10.0.0.0/255.0.0.0", False, False, ""),
        ("fe80::1%eth0/64", False, False, ""),
        ("10.0.0.0/33", False, False, ""),
        ("256.0.0.0/8", False, False, ""),
        ("10.0.0.0/+8", False, False, ""),
        ("", False, False, ""),
    ],
)
def test_cidrs(text: str, strict: bool, lenient: bool, form: str) -> None:
    value = cidr.lenient(text)
    assert (cidr.strict(text) is not None, value is not None) == (strict, lenient)
    assert (cidr.usual_form(value) if value else "") == form


@pytest.mark.parametrize(
    ("inner", "outer", "inside"),
    [
        ("10.1.0.0/16", "10.0.0.0/8", True),
        ("10.0.0.0/8", "10.0.0.0/8", False),
        ("0.0.0.0/0", "10.0.0.0/8", False),
        ("192.168.0.0/16", "10.0.0.0/8", False),
        ("fd00::/16", "10.0.0.0/8", False),
        ("fd00::/16", "fd00::/8", True),
    ],
)
def test_inside_another(inner: str, outer: str, inside: bool) -> None:
    a, b = cidr.lenient(inner), cidr.lenient(outer)
    assert a is not None and b is not None
    assert cidr.is_inside(a, b) is inside


def test_a_name_or_a_generated_one_is_required() -> None:
    for meta, said in (
        (ObjectMeta(name=""), ["`metadata.name` is required"]),
        (ObjectMeta(name="", generate_name="web-"), []),
        (ObjectMeta(name="web"), []),
    ):
        refusals = Refusals(None)
        validate(meta, refusals)
        assert [one.message for one in refusals.diagnostics] == said


def test_annotations_may_have_upper_case_keys_and_labels_values_are_checked() -> None:
    refusals = Refusals(None)
    validate(ObjectMeta(name="web", annotations={"Example.com/Note": "any text"}, labels={"a": "any text"}), refusals)
    assert [one.message for one in refusals.diagnostics] == [
        "`metadata.labels.a` must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        "alphanumeric character (found `any text`)"
    ]
