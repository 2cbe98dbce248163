"""A document of an output -> what the target's front end and emitter make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.azure_npm.refuse import refusals
from npconv.dialects.calico.emit import emit as emit_calico
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate import read as read_calico
from npconv.dialects.cilium.emit import emit as emit_cilium
from npconv.dialects.cilium.parse import parse as parse_cilium
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.validate import validate as validate_cilium
from npconv.dialects.k8s.emit import emit as emit_kubernetes
from npconv.dialects.k8s.parse import parse as parse_kubernetes
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.emit import emit as emit_api
from npconv.dialects.policy_api.parse import parse as parse_api
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.dialects.policy_api.validate import validate as validate_api
from npconv.pipeline.engines import Engine
from npconv.source.document import Document
from npconv.source.fields import Value


def read_and_write(document: Document, engine: Engine) -> tuple[Mapping[str, Value], list[str]]:
    """The document as the target reads and writes it again, and whatever is wrong with it."""
    match engine:
        case CiliumProfile():
            cilium, said = parse_cilium(document)
            assert cilium is not None, [one.message for one in said]
            said = [*said, *(one for one in validate_cilium(cilium, engine) if one.is_error)]
            return emit_cilium(cilium), [one.message for one in said]
        case CalicoProfile():
            calico, said = read_calico(document, engine)
            assert calico is not None, [one.message for one in said]
            return emit_calico(calico), [one.message for one in said if one.is_error]
        case PolicyApiProfile() if document.kind == "ClusterNetworkPolicy":
            policy, said = parse_api(document, channel=engine.channel)
            assert policy is not None, [one.message for one in said]
            said = (*said, *validate_api(policy, channel=engine.channel))
            return emit_api(policy), [one.message for one in said if one.is_error]
        case AzureNpmProfile() | KubernetesProfile() | PolicyApiProfile():
            network, said = parse_kubernetes(document)
            assert network is not None, [one.message for one in said]
            dropped = refusals(network, engine) if isinstance(engine, AzureNpmProfile) else ()
            return emit_kubernetes(network), [*(one.message for one in said), *(one.why for one in dropped)]
        case _:
            assert_never(engine)
