"""`calico=3.30` and its settings."""

import pytest

from npconv.dialects.calico.profile import CalicoProfile, parse_profile


@pytest.mark.parametrize(
    ("text", "profile", "shown"),
    [
        ("calico", CalicoProfile(version=(3, 32)), "calico=3.32"),
        ("calico=3.29", CalicoProfile(version=(3, 29)), "calico=3.29"),
        ("calico=v3.30.2", CalicoProfile(version=(3, 30)), "calico=3.30"),
        (
            "calico=3.32,applied-by=native-crd,http=ignored,endpoint-to-host=drop",
            CalicoProfile(applied_by="native-crd", http="ignored", endpoint_to_host="drop"),
            "calico=3.32,applied-by=native-crd,http=ignored,endpoint-to-host=drop",
        ),
        ("calico=3.31,http=enforced", CalicoProfile(version=(3, 31)), "calico=3.31"),
    ],
)
def test_reads(text: str, profile: CalicoProfile, shown: str) -> None:
    assert parse_profile(text) == profile
    assert str(profile) == shown
    assert parse_profile(shown) == profile


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cilium=1.19", "unknown engine `cilium` (expected `calico`)"),
        ("calico=", "unknown version `` of calico (expected `3.29`, `3.30`, `3.31` or `3.32`)"),
        ("calico=3.28", "unknown version `3.28` of calico (expected `3.29`, `3.30`, `3.31` or `3.32`)"),
        (
            "calico,l7=on",
            "unknown setting `l7` of calico (expected `applied-by`, `http` or `endpoint-to-host`)",
        ),
        ("calico,http=on", "unknown value `on` for `http` (expected `enforced` or `ignored`)"),
        ("calico=3.31,applied-by=native-crd", "`applied-by=native-crd` needs calico=3.32 or later"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    assert parse_profile(text) == message


def test_what_a_version_decides() -> None:
    assert [CalicoProfile(version=(3, minor)).names_carry_tier for minor in (29, 31, 32)] == [True, True, False]
    assert [CalicoProfile(version=(3, minor)).old_tokenizer for minor in (29, 30)] == [True, False]
