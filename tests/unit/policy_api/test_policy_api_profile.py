"""Which policy API a text asks for."""

from __future__ import annotations

import pytest

from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.profile import ProfileError, parse_profile


@pytest.mark.parametrize(
    ("text", "channel", "name"),
    [
        ("policy-api", Channel.STANDARD, "policy-api"),
        ("policy-api,channel=standard", Channel.STANDARD, "policy-api"),
        ("policy-api, channel=experimental", Channel.EXPERIMENTAL, "policy-api,channel=experimental"),
    ],
)
def test_texts_that_ask_for_a_profile(text: str, channel: Channel, name: str) -> None:
    profile = parse_profile(text)
    assert profile.channel is channel
    assert profile.name == name
    assert parse_profile(profile.name) == profile


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("policy-api=1.0", "unknown engine `policy-api=1.0` (expected `policy-api`)"),
        ("policy-api,version=v1alpha2", "unknown key `version` (expected `channel`)"),
        ("policy-api,channel=beta", "unknown channel `beta` (expected `standard` or `experimental`)"),
    ],
)
def test_texts_that_do_not(text: str, message: str) -> None:
    with pytest.raises(ProfileError) as raised:
        parse_profile(text)
    assert str(raised.value) == message
