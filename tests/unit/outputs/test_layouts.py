"""Layouts: every object in one file, no two files of one name, the same whatever the order."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path, PurePath

import pytest
import yaml

from npconv.cli import layout
from npconv.ir.policy import PolicyName
from npconv.pipeline.model import Output, text_of

LAYOUTS = ("by-source", "by-namespace", "flat", "kustomize")


def output(kind: str, namespace: str, name: str, api: str = "cilium.io/v2", file: str = "policies/a.yaml") -> Output:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return Output(
        data={"apiVersion": api, "kind": kind, "metadata": metadata},
        source=PolicyName(kind, namespace, name),
        file=file,
        line=1,
    )


OUTPUTS = (
    output("Tier", "", "security", "projectcalico.org/v3"),
    output("CiliumNetworkPolicy", "shop", "web"),
    output("CiliumNetworkPolicy", "shop", "api", file="policies/b.yaml"),
    output("CiliumNetworkPolicy", "pay", "web"),
    output("CiliumClusterwideNetworkPolicy", "", "shop.web"),
)


def names(found: str) -> list[str]:
    return [path.as_posix() for path in layout.files(OUTPUTS, ["policies"], "yaml", found)]


def test_names() -> None:
    assert names("by-source") == ["a.yaml", "b.yaml"]
    assert names("by-namespace") == ["_cluster.yaml", "pay.yaml", "shop.yaml"]
    assert names("flat") == [
        "ciliumclusterwidenetworkpolicy.shop.web.yaml",
        "ciliumnetworkpolicy.pay.web.yaml",
        "ciliumnetworkpolicy.shop.api.yaml",
        "ciliumnetworkpolicy.shop.web.yaml",
        "tier.security.yaml",
    ]
    assert names("kustomize") == [
        "_cluster/ciliumclusterwidenetworkpolicy.shop.web.yaml",
        "_cluster/kustomization.yaml",
        "_cluster/tier.security.yaml",
        "kustomization.yaml",
        "pay/ciliumnetworkpolicy.web.yaml",
        "pay/kustomization.yaml",
        "shop/ciliumnetworkpolicy.api.yaml",
        "shop/ciliumnetworkpolicy.web.yaml",
        "shop/kustomization.yaml",
    ]


@pytest.mark.parametrize("form", LAYOUTS)
def test_every_object_is_in_one_file(form: str) -> None:
    texts = layout.files(OUTPUTS, ["policies"], "yaml", form)
    found = [one for text in texts.values() for one in yaml.safe_load_all(text) if one["kind"] != "Kustomization"]
    assert sorted(map(str, found)) == sorted(str(one.data) for one in OUTPUTS)


def test_kustomizations_list_everything_once() -> None:
    texts = layout.files(OUTPUTS, ["policies"], "json", "kustomize")
    listed = set()
    for path, text in texts.items():
        if path.name == "kustomization.yaml":
            for one in yaml.safe_load(text)["resources"]:
                below = path.parent / one
                listed.add(below / "kustomization.yaml" if below / "kustomization.yaml" in texts else below)
    assert listed | {PurePath("kustomization.yaml")} == set(texts)
    assert yaml.safe_load(texts[PurePath("kustomization.yaml")])["resources"] == ["_cluster", "pay", "shop"]
    # A tier is applied before the policies in it.
    cluster = yaml.safe_load(texts[PurePath("_cluster/kustomization.yaml")])["resources"]
    assert cluster == ["tier.security.json", "ciliumclusterwidenetworkpolicy.shop.web.json"]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="needs kubectl")
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_kustomize_builds_all_of_it_and_each_namespace(tmp_path: Path, form: str) -> None:
    for path, text in layout.files(OUTPUTS, ["policies"], form, "kustomize").items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)

    def built(folder: Path) -> list[str]:
        done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=True)
        return sorted(str(one) for one in yaml.safe_load_all(done.stdout))

    assert built(tmp_path) == sorted(str(one.data) for one in OUTPUTS)
    assert len(built(tmp_path / "shop")) == 2


def test_kinds_of_one_name_are_told_apart() -> None:
    found = [
        output("NetworkPolicy", "shop", "web", "projectcalico.org/v3"),
        output("NetworkPolicy", "shop", "web", "networking.k8s.io/v1"),
    ]
    assert [path.as_posix() for path in layout.files(found, [], "yaml", "flat")] == [
        "networkpolicy.networking.k8s.io.shop.web.yaml",
        "networkpolicy.projectcalico.org.shop.web.yaml",
    ]


@pytest.mark.parametrize("form", ["flat", "kustomize"])
def test_long_names_fit_into_file_systems(form: str) -> None:
    found = [output("CiliumClusterwideNetworkPolicy", "", f"{'x' * 250}-{end}") for end in "ab"]
    paths = list(layout.files(found, [], "yaml", form))
    assert len({path for path in paths if path.name != "kustomization.yaml"}) == 2
    assert max(len(path.name) for path in paths) <= 255


def test_no_objects_are_no_files() -> None:
    assert {form: layout.files((), [], "yaml", form) for form in LAYOUTS} == {form: {} for form in LAYOUTS}


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_pieces_are_the_text(count: int, form: str) -> None:
    outputs = [output("CiliumNetworkPolicy", "shop", f"web-{number}") for number in range(count)]
    assert "".join(layout.pieces(outputs, form)) == text_of(outputs, form)
