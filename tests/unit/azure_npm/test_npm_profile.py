"""How an Azure NPM is asked for."""

from __future__ import annotations

import pytest

from npconv.dialects.azure_npm.profile import AzureNpmProfile, Fixes, ProfileError, Reading, System, parse_profile


@pytest.mark.parametrize(
    ("text", "system", "fixes", "name"),
    [
        ("azure-npm", System.LINUX, Fixes.NONE, "azure-npm=linux"),
        ("azure-npm=linux", System.LINUX, Fixes.NONE, "azure-npm=linux"),
        ("azure-npm=windows, fixes=none", System.WINDOWS, Fixes.NONE, "azure-npm=windows"),
        ("azure-npm=windows,fixes=2026-09", System.WINDOWS, Fixes.SEPTEMBER_2026, "azure-npm=windows,fixes=2026-09"),
        ("azure-npm,as=intent", System.LINUX, Fixes.NONE, "azure-npm=linux"),
    ],
)
def test_profiles(text: str, system: System, fixes: Fixes, name: str) -> None:
    profile = parse_profile(text)
    assert profile == AzureNpmProfile(system=system, fixes=fixes)
    assert profile.name == name
    assert parse_profile(profile.name) == profile


def test_a_reading_that_is_not_the_default_is_in_the_name() -> None:
    profile = parse_profile("azure-npm=windows, as=enforced, fixes=2026-09")
    assert profile.reading is Reading.ENFORCED
    assert profile.name == "azure-npm=windows,fixes=2026-09,as=enforced"
    assert parse_profile(profile.name) == profile


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("calico", "unknown engine `calico` (expected `azure-npm`)"),
        ("azure-npm=macos", "unknown system `macos` (expected `linux` or `windows`)"),
        ("azure-npm=linux,fixes=2027", "unknown `fixes` `2027` (expected `none` or `2026-09`)"),
        ("azure-npm=linux,lite=true", "unknown key `lite` (expected `fixes` or `as`)"),
        ("azure-npm,as=meant", "unknown `as` `meant` (expected `intent` or `enforced`)"),
    ],
)
def test_what_is_no_profile(text: str, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile(text)
    assert str(caught.value) == message
