"""Signatures of nanopublications: RSA and DSA over what the trusty URI hashes.

The rule is that of the reference implementation (nanopub-java, org.nanopub.extra.security): the
normalised statements, in UTF-8, are signed with SHA-256 and RSA (PKCS #1 v1.5) or DSA; the older
form, ``npx:hasSignatureElement``, signs their SHA-256 digest with SHA-1 and DSA. A signature says
that who holds the key made this; it does not say who that is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from magkg.claims.nanopub import trusty
from magkg.claims.nanopub.parts import NPX
from magkg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from magkg.claims.nanopub.parts import Nanopub

__all__ = ["Signer", "faults", "signed"]

_TARGET: Final = ox.NamedNode(NPX + "hasSignatureTarget")
_ELEMENT: Final = ox.NamedNode(NPX + "hasSignatureElement")
_SIGNATURE: Final = ox.NamedNode(NPX + "hasSignature")
_KEY: Final = ox.NamedNode(NPX + "hasPublicKey")
_ALGORITHM: Final = ox.NamedNode(NPX + "hasAlgorithm")
_SIGNER: Final = ox.NamedNode(NPX + "signedBy")
_HINT: Final = "Signatures need the extra: pip install 'magkg[sign]'"


def signed(nanopub: Nanopub) -> bool:
    """Say whether anything in the publication info belongs to a signature."""
    marks = (_TARGET, _ELEMENT, _SIGNATURE, _KEY)
    return any(each.predicate in marks for each in nanopub.part("publication info"))


@dataclass(frozen=True, slots=True)
class _Element:
    """A signature as it stands in the publication info; ``legacy`` in the older form."""

    name: object
    signature: bytes
    key: bytes
    algorithm: str
    legacy: bool


def faults(nanopub: Nanopub) -> list[str]:
    """Say what is wrong with the signature of a valid nanopublication; nothing where it holds.

    Raises InputError where it cannot be checked, for want of the library.
    """
    if not signed(nanopub):
        return []
    _library()
    try:
        found = _element(nanopub)
        _verify(found, _target(nanopub, found))
    except InputError as error:
        return [f"its signature is not whole: {error.reason}"]
    except _broken():
        return ["its signature is not that of its statements: they were altered, or it was"]
    return []


def _library() -> Any:
    try:
        from cryptography.hazmat.primitives import serialization
    except ImportError:
        raise InputError("the signature cannot be checked or made here", hint=_HINT) from None
    return serialization


def _broken() -> type[Exception]:
    from cryptography.exceptions import InvalidSignature

    return InvalidSignature


def _element(nanopub: Nanopub) -> _Element:
    held = nanopub.part("publication info")
    new = {each.subject for each in held if (each.predicate, each.object) == (_TARGET, nanopub.iri)}
    old = {
        each.object for each in held if (each.subject, each.predicate) == (nanopub.iri, _ELEMENT)
    }
    found: set[object] = {*(new or old)}
    if len(found) != 1:
        raise InputError(f"{len(found) or 'no'} signature elements, not one")
    (element,) = found
    algorithm = "DSA" if not new else _value(held, element, _ALGORITHM, "algorithm")
    if algorithm not in ("RSA", "DSA"):
        raise InputError(f"its algorithm is {algorithm!r}, neither RSA nor DSA")
    signature = _bytes(_value(held, element, _SIGNATURE, "signature"))
    key = _bytes(_value(held, element, _KEY, "key"))
    return _Element(element, signature, key, algorithm, not new)


def _value(held: Iterable[ox.Quad], element: object, prop: ox.NamedNode, what: str) -> str:
    found = {each.object for each in held if each.subject == element and each.predicate == prop}
    if len(found) != 1 or not isinstance(value := found.pop(), ox.Literal):
        raise InputError(f"its {what} is not given once, as a text")
    return value.value


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("a text of it is no base64") from None


def _target(nanopub: Nanopub, element: _Element) -> bytes:
    """Give what was signed: every statement but those of the signature itself."""
    own = (_SIGNATURE, _KEY, _SIGNER) if element.legacy else (_SIGNATURE,)
    pubinfo = nanopub.graphs["publication info"]
    held = [
        each
        for each in nanopub.quads
        if each.graph_name not in pubinfo
        or not (
            (each.subject == element.name and each.predicate in own)
            or (element.legacy and each.predicate == _ELEMENT)
        )
    ]
    text = trusty.normalised(held, nanopub.code or None).encode()
    return hashlib.sha256(text).digest() if element.legacy else text


def _verify(element: _Element, target: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import dsa, padding, rsa

    try:
        key = _library().load_der_public_key(element.key)
    except ValueError:
        raise InputError("its key is none that can be read") from None
    kind = hashes.SHA1() if element.legacy else hashes.SHA256()  # noqa: S303 - the old form's
    if element.algorithm == "RSA" and isinstance(key, rsa.RSAPublicKey):
        key.verify(element.signature, target, padding.PKCS1v15(), kind)
    elif element.algorithm == "DSA" and isinstance(key, dsa.DSAPublicKey):
        key.verify(element.signature, target, kind)
    else:
        raise InputError(f"its key is not of its algorithm, {element.algorithm}")


class Signer:
    """Signs nanopublications with an RSA private key, always with the same result."""

    def __init__(self, path: Path) -> None:
        """``path`` is a PEM file without a password; raises InputError where it holds none."""
        load = _library()
        from cryptography.hazmat.primitives.asymmetric import rsa

        try:
            key = load.load_pem_private_key(path.read_bytes(), password=None)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise InputError(f"the key cannot be read: {reason}", file=str(path)) from None
        except (ValueError, TypeError):
            raise _no_key(path) from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise _no_key(path)
        self._key = key
        public = key.public_key().public_bytes(
            load.Encoding.DER, load.PublicFormat.SubjectPublicKeyInfo
        )
        self._public = base64.b64encode(public).decode()

    def sign(
        self, quads: Iterable[ox.Quad], nanopub: ox.NamedNode, graph: ox.NamedNode
    ) -> list[ox.Quad]:
        """Give the statements with those of the signature, in the publication info ``graph``.

        In ``nanopub``, as in all of the statements, `trusty.BLANK` stands for the artifact code.
        """
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        element = ox.NamedNode(nanopub.value + "#sig")
        held = [
            *quads,
            ox.Quad(element, _TARGET, nanopub, graph),
            ox.Quad(element, _KEY, ox.Literal(self._public), graph),
            ox.Quad(element, _ALGORITHM, ox.Literal("RSA"), graph),
        ]
        text = trusty.normalised(held, trusty.BLANK).encode()
        made = self._key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        literal = ox.Literal(base64.b64encode(made).decode())
        return [*held, ox.Quad(element, _SIGNATURE, literal, graph)]


def _no_key(path: Path) -> InputError:
    return InputError(
        "this is no RSA private key in PEM without a password",
        file=str(path),
        hint="Make one: openssl genrsa -out key.pem 2048",
    )
