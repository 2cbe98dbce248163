"""Everything about a cluster's policy API that changes what its policies mean: the channel of its CRDs."""

from __future__ import annotations

from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.policy_api.kinds import Channel
from npconv.semantics.meaning import KUBERNETES, EngineMeaning

ENGINE: Final = "policy-api"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyApiProfile:
    """One policy API: which of its two sets of CRDs (v0.2.0) a cluster has (facts/k8s_np.md 6.2)."""

    channel: Channel = Channel.STANDARD

    @property
    def meaning(self) -> EngineMeaning:
        """What it promises to enforce. No engine's own deviations are in it."""
        return KUBERNETES

    @property
    def name(self) -> str:
        """How the profile is asked for: `policy-api`, `policy-api,channel=experimental`."""
        return ENGINE if self.channel is Channel.STANDARD else f"{ENGINE},channel={self.channel.value}"


class ProfileError(ValueError):
    """What is wrong with a profile as the user wrote it; the text is the message."""


def parse_profile(text: str) -> PolicyApiProfile:
    """The profile that `policy-api` or `policy-api,channel=experimental` asks for. Raises ProfileError."""
    engine, *others = [part.strip() for part in text.split(",")]
    if engine != ENGINE:
        raise ProfileError(f"unknown engine `{engine}` (expected `{ENGINE}`)")
    channel = Channel.STANDARD
    for one in filter(None, others):
        key, _, value = one.partition("=")
        if key != "channel":
            raise ProfileError(f"unknown key `{key}` (expected `channel`)")
        found = next((known for known in Channel if known.value == value), None)
        if found is None:
            raise ProfileError(f"unknown channel `{value}` (expected `standard` or `experimental`)")
        channel = found
    return PolicyApiProfile(channel=channel)
