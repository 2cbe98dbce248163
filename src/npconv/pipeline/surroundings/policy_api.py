"""The CRD of ClusterNetworkPolicies -> the policy API of a cluster: the channel that it was installed from."""

from __future__ import annotations

from typing import Final

from npconv.dialects.policy_api.kinds import Channel
from npconv.pipeline.surroundings.model import Installed, Setting
from npconv.pipeline.surroundings.objects import Objects, strings

_CRD: Final = "clusternetworkpolicies.policy.networking.k8s.io"
_CHANNEL: Final = "policy.networking.k8s.io/channel"
"""The annotation that the CRDs of sigs.k8s.io/network-policy-api v0.2.0 carry."""


def policy_api(objects: Objects) -> Installed | None:
    """The policy API that is installed; None if it is not, or does not say which."""
    for one in objects.named("CustomResourceDefinition", _CRD):
        channel = strings(one, "metadata", "annotations").get(_CHANNEL, "")
        if channel == Channel.EXPERIMENTAL.value:
            setting = Setting(key="channel", value=channel, origin=one.origin)
            return Installed(engine="policy-api", origin=one.origin, settings=(setting,))
    return None
