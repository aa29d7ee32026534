"""Signatures: made and checked here, refused when altered, and without the library."""

from __future__ import annotations

import base64
import hashlib
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims.nanopub import parts, signature, trusty
from magkg.errors import InputError
from tests.claims.nanopub import sets

NPX = "http://purl.org/nanopub/x/"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh RSA key; 1,024 bits are enough for a test and quick to make."""
    pytest.importorskip("cryptography")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    made = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    path = tmp_path_factory.mktemp("keys") / "key.pem"
    path.write_bytes(
        made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def signed(key: Path) -> str:
    """A made-up nanopublication, signed, as N-Quads."""
    this = ox.NamedNode(sets.BASE + trusty.BLANK)
    graph = ox.NamedNode(this.value + "#pubinfo")
    held = signature.Signer(key).sign(sets.quads(sets.trig(code=trusty.BLANK)), this, graph)
    text = "\n".join(f"{each} ." for each in held)
    return text.replace(trusty.BLANK, trusty.made(held))


def one(text: str) -> parts.Nanopub:
    (found,), wrong = parts.split(ox.parse(text, format=ox.RdfFormat.N_QUADS))
    assert wrong == []
    return found


def renamed(text: str) -> parts.Nanopub:
    """The same under the code that it has after it was altered."""
    old = one(text)
    return one(text.replace(old.code, trusty.made(old.quads, old.code)))


def test_what_is_signed_here_holds(key: Path) -> None:
    found = one(signed(key))
    assert signature.signed(found)
    assert parts.faults(found) + signature.faults(found) == []
    assert signed(key) == signed(key)


def test_unsigned_is_no_fault() -> None:
    found = sets.one(sets.named())
    assert not signature.signed(found)
    assert signature.faults(found) == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("ex:", "ex:", ""),
        ("https://example.org/bees", "https://example.org/wasps", "not that of its statements"),
        ('"RSA"', '"DSA"', "not of its algorithm"),
        ('"RSA"', '"MD5"', "neither RSA nor DSA"),
        (f"{NPX}hasAlgorithm", f"{NPX}hasNothing", "algorithm is not given once"),
        (f"{NPX}hasSignature>", f"{NPX}hasNothing>", "signature is not given once"),
        (f"{NPX}hasSignatureTarget", f"{NPX}hasNothing", "no signature elements"),
        (f'{NPX}hasPublicKey> "', f'{NPX}hasPublicKey> "$', "no base64"),
        (f'{NPX}hasPublicKey> "MI', f'{NPX}hasPublicKey> "AA', "none that can be read"),
    ],
)
def test_what_was_altered_is_found(key: Path, old: str, new: str, reason: str) -> None:
    found = renamed(signed(key).replace(old, new))
    assert parts.faults(found) == []
    faults = signature.faults(found)
    assert (reason in faults[0]) if reason else faults == []


def older(text: str) -> str:
    """A made-up nanopublication signed in the older form: DSA over SHA-1 of the SHA-256 digest."""
    pytest.importorskip("cryptography")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import dsa

    made = dsa.generate_private_key(key_size=1024)
    public = made.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    held = trusty.normalised(sets.quads(text), trusty.BLANK)
    mark = made.sign(hashlib.sha256(held.encode()).digest(), hashes.SHA1())
    said = (
        f'this: npx:hasSignatureElement sub:sig . sub:sig npx:hasPublicKey "{_told(public)}" ; '
        f'npx:hasSignature "{_told(mark)}" ; npx:signedBy ex:somebody .'
    )
    whole = text.replace("sub:pubinfo {", f"sub:pubinfo {{ {said}")
    return whole.replace(trusty.BLANK, trusty.made(sets.quads(whole)))


def _told(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_the_older_form_is_checked_too() -> None:
    found = sets.one(older(sets.trig(code=trusty.BLANK)))
    assert parts.faults(found) + signature.faults(found) == []
    text = older(sets.trig(code=trusty.BLANK)).replace("ex:bees", "ex:wasps")
    old = sets.one(text)
    changed = sets.one(text.replace(old.code, trusty.made(old.quads, old.code)))
    assert parts.faults(changed) == []
    assert "not that of its statements" in signature.faults(changed)[0]


def test_the_signature_of_another_is_refused(key: Path, tmp_path: Path) -> None:
    text = signed(key)
    (signed_line,) = [each for each in text.splitlines() if f"{NPX}hasSignature>" in each]
    other = text.replace("bees", "wasps")
    found = renamed(other)
    assert signed_line in other
    assert signature.faults(found)


def test_without_the_library_a_signed_one_is_refused(
    key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = one(signed(key))
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    with pytest.raises(InputError, match=r"pip install 'magkg\[sign\]'"):
        signature.faults(found)
    with pytest.raises(InputError, match=r"pip install 'magkg\[sign\]'"):
        signature.Signer(key)
    assert signature.faults(sets.one(sets.named())) == []


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    with pytest.raises(InputError, match="no such file"):
        signature.Signer(tmp_path / "absent.pem")
    (tmp_path / "a.pem").write_text("nonsense")
    with pytest.raises(InputError, match="no RSA private key in PEM") as caught:
        signature.Signer(tmp_path / "a.pem")
    assert "openssl genrsa" in caught.value.hint
