"""docs/formats.md tells of every format, and each of its examples does what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from magkg.use.export.formats import FORMATS

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "formats.md").read_text("utf-8")
EXAMPLES = sorted(
    {
        found.strip()
        for found in re.findall(
            r"(?:^|`|\$ |&& )(magkg export [^`\n#]+(?:#\S[^`\n]*)?)", TEXT, re.M
        )
        if "--format F" not in found
    }
)


def test_every_format_has_its_part() -> None:
    parts = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    told = {name for part in parts for name in re.split(r",? and |, ", part)}
    assert told == set(FORMATS)
    table = TEXT.split("| format | is |")[1].split("\n\n")[0]
    assert set(re.findall(r"`([\w-]+)`", table)) >= set(FORMATS)


def test_every_format_has_an_example() -> None:
    shown = {re.search(r"--format (\S+)", each)[1] for each in EXAMPLES}  # type: ignore[index]
    assert shown >= set(FORMATS) - {"turtle", "nquads", "ntriples", "rdfxml", "tsv"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_works(example: str, bundled_folder: Path, tmp_path: Path) -> None:
    if "--format png" in example:
        pytest.importorskip("resvg_py")
    words = shlex.split(example)
    if "--key" in words:
        made = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
        from cryptography.hazmat.primitives import serialization as form

        key = made.generate_private_key(public_exponent=65537, key_size=2048)
        (tmp_path / words[words.index("--key") + 1]).write_bytes(
            key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
        )
    out = tmp_path / words[words.index("--out") + 1]
    if out.name == "each":
        out.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "magkg", *words[1:], "--graph", str(bundled_folder)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"wrote {out.name}: ")
    assert out.exists()
    assert (tmp_path / f"{out.name}.manifest.json").is_file()
