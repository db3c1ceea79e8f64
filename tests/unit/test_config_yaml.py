"""YAML from outside: bounded, plain, and each fault one line with file and remedy."""

import os
import time
from pathlib import Path

import pytest

from wideband.config.strict_yaml import BYTES, YamlError, read_yaml

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
MERGED = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{n}: &a{n} {{p: *a{n - 1}, q: *a{n - 1}, r: *a{n - 1}}}\n" for n in range(1, 30)
)
REFUSED = {
    "a billion laughs": (LAUGHS, "more than 50,000 values with its aliases written out"),
    "a billion laughs of mappings": (MERGED, "more than 50,000 values with its aliases written out"),
    "an alias of itself": ("a: &a [*a]", "an alias inside the value that it refers to"),
    "deep nesting": ("[" * 400 + "]" * 400, "nested more than 50 levels deep"),
    "very deep nesting": ("[" * 100_000, "nested more than 50 levels deep"),
    "deep mappings": ("".join(f"{' ' * n}a:\n" for n in range(200)), "nested more than 50 levels deep"),
    "too long": ("a" * (BYTES + 1), "longer than 524,288 bytes"),
    "a duplicate key": ("a: 1\na: 2", "line 2: not valid YAML: duplicate key 'a' (first on line 1)"),
    "a key that is a list": ("[1, 2]: 3", "a key must be a text"),
    "a key that is a mapping": ("{a: 1}: 3", "a key must be a text"),
    "a set": ("a: !!set {x, y}", "a set, where only text"),
    "bytes": ("a: !!binary aGVsbG8=", "a bytes, where only text"),
    "broken bytes": ("a: !!binary é", "not valid YAML"),
    "a date": ("a: !!timestamp 2024-01-01", "a date, where only text"),
    "no date": ("a: !!timestamp x", "not valid YAML"),
    "an object": ("a: !!python/object/apply:os.system ['touch pwned']", "could not determine a constructor"),
    "no number": ("a: !!int x", "a value that cannot be read"),
    "an endless number": ("a: " + "9" * 5000, "a value that cannot be read"),
    "a large number": ("a: " + "9" * 25, "a whole number of more than 18 digits"),
    "half a character": ('a: "\\ud800"', "a value that cannot be read"),
    "control characters": ("a: \x07", "special characters are not allowed"),
    "two documents": ("a: 1\n---\nb: 2", "but found another document"),
    "an unknown alias": ("a: *b", "found undefined alias"),
    "a tab": ("a:\n\t- b", "found character '\\t'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_in_a_line_and_at_once(case: str, tmp_path: Path) -> None:
    text, said = REFUSED[case]
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    began = time.process_time()
    with pytest.raises(YamlError) as caught:
        read_yaml(path)
    assert time.process_time() - began < 10
    assert str(caught.value).startswith(str(path)) and said in str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400 + len(str(path))


@pytest.mark.parametrize("kind", ["folder", "fifo", "missing", "dangling", "latin-1", "utf-16"])
def test_what_is_no_text_file_is_named(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "dangling":
        path.symlink_to("nowhere")
    elif kind != "missing":
        path.write_bytes("a: é".encode(kind))
    with pytest.raises(YamlError, match=r"x\.yaml: (is a folder|no such file|not UTF-8 text)"):
        read_yaml(path)


def test_a_byte_order_mark_exponents_dates_and_few_aliases_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: &a {x: 1e-5, y: 2024-01-01}\nb: *a\n")
    same = {"x": 1e-5, "y": "2024-01-01"}
    assert read_yaml(path) == {"a": same, "b": same}
