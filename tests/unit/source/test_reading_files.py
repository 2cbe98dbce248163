"""Files, folders and standard input: what is read, in which order, and what is said of what cannot be."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from yaml_texts import HEAD, said

from npconv.diagnostics.render.report import render
from npconv.source.load import Loaded, load, parse


def thing(name: str) -> str:
    return f"{HEAD}metadata: {{name: {name}}}\n"


def names(loaded: Loaded) -> list[str]:
    return [one.name for one in loaded.documents]


def test_folders_are_read_recursively_and_sorted(tmp_path: Path) -> None:
    for file in ["b.yaml", "a/z.yml", "a/a.json", "c.YAML", "d.txt", ".git/x.yaml", "e.yaml.gz", "a/.hidden/x.yaml"]:
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True, parents=True)
        text = thing(path.name.split(".")[0]).encode()
        path.write_bytes(gzip.compress(text) if file.endswith(".gz") else text)
    loaded = load([str(tmp_path)])
    assert names(loaded) == ["b", "c", "e", "a", "z"]
    assert not loaded.diagnostics
    assert loaded.documents[3].file == str(tmp_path / "a" / "a.json")


def test_a_named_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "policy.txt").write_text(thing("a"))
    assert names(load([str(tmp_path / "policy.txt")])) == ["a"]


def test_a_file_that_comes_up_twice_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(thing("a"))
    assert names(load([str(file), str(tmp_path), str(file)])) == ["a"]


def test_standard_input_is_read_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(thing("a"))
    loaded = load(["-", str(tmp_path)], io.BytesIO(thing("b").encode()))
    assert names(loaded) == ["b", "a"]
    assert loaded.documents[0].file == "<stdin>"


def test_no_standard_input() -> None:
    assert said(load(["-"])) == ["error[NPC101] cannot read `-`: there is no standard input"]


def test_missing_files_do_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(thing("a"))
    missing = str(tmp_path / "missing.yaml")
    loaded = load([missing, str(tmp_path)])
    assert names(loaded) == ["a"]
    assert said(loaded) == [f"error[NPC101] cannot read `{missing}`: no such file or directory"]
    assert loaded.failed


def test_a_file_that_vanishes_while_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "gone")
    (tmp_path / "b.yaml").write_text(thing("b"))
    loaded = load([str(tmp_path)])
    assert names(loaded) == ["b"]
    assert said(loaded) == [f"error[NPC101] cannot read `{tmp_path}/a.yaml`: no such file or directory"]


@pytest.mark.parametrize("name", ["\0", "a\udcff.yaml"])
def test_odd_names(name: str) -> None:
    (line,) = said(load([name]))
    assert line.startswith("error[NPC101] cannot read `")
    line.encode()


def test_headless_documents_are_passed_over_in_folders_only(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("replicas: 3\n")
    assert said(load([str(tmp_path)])) == [
        f"{file}:1:1: note[NPC109] passed over: this object has neither `apiVersion` nor `kind`"
    ]
    assert said(load([str(file)])) == [f"{file}:1:1: error[NPC108] this object has neither `apiVersion` nor `kind`"]


def test_an_object_that_lost_its_kind_is_an_error_in_folders_too(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nspec: {}\n")
    (tmp_path / "b.yaml").write_text("metadata: {name: b}\nspec: {}\n")
    assert [one.code.id for one in load([str(tmp_path)]).diagnostics] == ["NPC108", "NPC108"]


# --- bytes ---------------------------------------------------------------------------------------------------------


def test_a_byte_order_mark_is_dropped() -> None:
    loaded = parse(b"\xef\xbb\xbf" + thing("a").encode(), "a.yaml")
    assert names(loaded) == ["a"]
    assert loaded.documents[0].span(("kind",), key=True).column == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings_are_named(encoding: str) -> None:
    (one,) = parse(thing("a").encode(encoding), "a.yaml").diagnostics
    assert one.message == f"unexpected {encoding.upper()} (expected UTF-8)"
    assert one.help == f"convert it: iconv -f {encoding.upper()} -t UTF-8"


def test_binary_data() -> None:
    assert said(parse(b"\x7fELF\0\1", "a.yaml")) == [
        "a.yaml:1:1: error[NPC102] unexpected binary data (expected UTF-8 text)"
    ]


def test_a_byte_of_another_encoding_is_pointed_at() -> None:
    loaded = parse("kind: A\nname: über\n".encode("latin-1"), "a.yaml")
    assert render(loaded.diagnostics) == (
        "error[NPC102]: byte 0xfc is no UTF-8\n"
        " --> a.yaml:2:7\n"
        "  |\n"
        "2 | name: \ufffdber\n"
        "  |       ^ this byte\n"
        "  |\n"
        "  = help: save the file as UTF-8\n"
    )


def test_half_a_surrogate_pair_in_text_is_no_traceback() -> None:
    assert [one.code.id for one in parse("a: \ud800\n", "a.yaml").diagnostics] == ["NPC102"]


def test_broken_gzip() -> None:
    whole = gzip.compress(thing("a").encode() * 100)
    assert [one.code.id for one in parse(whole[:40], "a.gz").diagnostics] == ["NPC101"]
    assert [one.code.id for one in parse(whole[:10] + b"x" * 30, "a.gz").diagnostics] == ["NPC101"]
