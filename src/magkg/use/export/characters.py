"""Which characters no file can carry: lone surrogates, and in XML some more."""

from __future__ import annotations

import re

from magkg.errors import InputError

__all__ = ["NOT_XML", "encoded"]

# XML 1.0 (fifth edition), production 2.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def encoded(text: str, owner: str) -> bytes:
    """Give a text as UTF-8; raises InputError, naming its owner, for a lone surrogate."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise InputError(
            f"{owner} holds a lone surrogate (U+{code:04X}), which is no character",
            hint="Correct the text where it was authored.",
        ) from None
