"""What every Calico object has: its form, its names, its labels.

Source: libcalico-go/lib/backend/k8s/resources/resources.go, Calico 3.29 to 3.32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from npconv.dataclass import dataclass


class Form(Enum):
    """The API that an object is written for; its value is the `apiVersion`."""

    V3 = "projectcalico.org/v3"
    """As users write it, and as calicoctl, the API server and native CRDs (from 3.32) show it."""
    CRD_V1 = "crd.projectcalico.org/v1"
    """As Calico stores it: metadata packed into an annotation, `types` not filled in, no validator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """`metadata` without what servers keep in it. Absent and empty maps are the same here."""

    name: str
    """The name that users know."""
    stored_name: str = ""
    """The name of the stored object if it is another one (`default.web` for `web`): it breaks ties of order."""
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
