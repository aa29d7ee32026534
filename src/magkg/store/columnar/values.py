"""Terms of SPARQL's TSV results as columns of the types that maplib keeps, or why they are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from magkg.vocabulary import RDF, XSD

if TYPE_CHECKING:
    import polars as pl

__all__ = ["IRI_KIND", "parts"]

IRI_KIND = "iri"
_TEXTS = (XSD + "string", XSD + "anyURI")
_LANGUAGE = RDF + "langString"
# Stands for an escaped backslash while the other escapes are undone (a private use character).
_MARK = "\ue000"
_ESCAPES = (("\\\\", _MARK), ('\\"', '"'), ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t"))
_CHANGED = "its values would not come back as they are"


def parts(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame | str]]:
    """Give rows of ``subject`` and ``object`` (terms as in SPARQL 1.1 TSV) by the kind of object.

    A kind is "iri" or the IRI of a datatype. In the place of the rows stands the reason, in words,
    where the columns would not give back each term as it is.
    """
    import polars as pl

    if frame["subject"].str.starts_with("_:").any():
        yield IRI_KIND, "it has blank nodes"
        return
    subject = pl.col("subject").str.slice(1).str.strip_suffix(">")
    typed = frame.with_columns(subject=subject, kind=_kind(pl.col("object")))
    for (kind,), rows in typed.group_by("kind"):
        name = str(kind)
        found = _column(name, rows)
        if isinstance(found, str):
            yield name, found
        else:
            yield name, pl.DataFrame({"subject": rows["subject"], "object": found}).sort("subject")


def _kind(term: pl.Expr) -> pl.Expr:
    import polars as pl

    bare = (
        pl.when(term.str.contains(r"^[+-]?[0-9]+$"))
        .then(pl.lit(XSD + "integer"))
        .when(term.is_in(["true", "false"]))
        .then(pl.lit(XSD + "boolean"))
        .when(term.str.contains(r"^[+-]?[0-9]*\.[0-9]+$"))
        .then(pl.lit(XSD + "decimal"))
        .otherwise(pl.lit(XSD + "double"))
    )
    return (
        pl.when(term.str.starts_with("<"))
        .then(pl.lit(IRI_KIND))
        .when(term.str.starts_with("_:"))
        .then(pl.lit("blank"))
        .when(term.str.ends_with('"'))
        .then(pl.lit(XSD + "string"))
        .when(term.str.contains(r'^".*"@[A-Za-z0-9-]+$'))
        .then(pl.lit(_LANGUAGE))
        .when(term.str.starts_with('"'))
        .then(term.str.extract(r'"\^\^<([^<>"]*)>$', 1))
        .otherwise(bare)
    )


def _column(kind: str, rows: pl.DataFrame) -> pl.Series | str:
    """Give the values of one kind in their own type, or the reason why they cannot be."""
    import polars as pl

    term = pl.col("object")
    if kind == IRI_KIND:
        return rows.select(term.str.slice(1).str.strip_suffix(">")).to_series()
    if kind == "blank":
        return "it has blank nodes"
    lexical = _quoted(term)
    if rows["object"].str.contains("\\", literal=True).any():
        lexical = _unescaped(lexical)
    if kind in _TEXTS:
        return rows.select(lexical.alias("object")).to_series()
    if kind == _LANGUAGE:
        tag = term.str.extract(r"@([A-Za-z0-9-]+)$", 1)
        both = pl.struct(lexical.alias(f"<{_LANGUAGE}>"), tag.alias("l"))
        return rows.select(both.alias("object")).to_series()
    native = _native(kind, lexical)
    if native is None:
        return f"it has values of {kind}"
    value, back = native
    found = rows.select(lexical.alias("lexical"), value.alias("object"), back.alias("back"))
    same = found.select((pl.col("lexical") == pl.col("back")).fill_null(value=False).all()).item()
    return found["object"] if same else _CHANGED


def _quoted(term: pl.Expr) -> pl.Expr:
    """Give what stands between the quotes of a term, or a bare term itself."""
    import polars as pl

    inside = term.str.extract(r'(?s)^"(.*)"(?:@[A-Za-z0-9-]+|\^\^<[^<>"]*>)?$', 1)
    return pl.when(term.str.starts_with('"')).then(inside).otherwise(term)


def _unescaped(text: pl.Expr) -> pl.Expr:
    for escaped, character in _ESCAPES:
        text = text.str.replace_all(escaped, character, literal=True)
    return text.str.replace_all(_MARK, "\\", literal=True)


def _native(kind: str, lexical: pl.Expr) -> tuple[pl.Expr, pl.Expr] | None:
    """Give a value in its own type, and the lexical form that maplib would give back for it."""
    import polars as pl

    match kind.removeprefix(XSD):
        case "integer":
            value = lexical.cast(pl.Int64, strict=False)
            return value, value.cast(pl.String)
        case "boolean":
            value = lexical == "true"
            return value, pl.when(value).then(pl.lit("true")).otherwise(pl.lit("false"))
        case "decimal":
            value = lexical.cast(pl.Decimal(38, 12), strict=False)
            return value, value.cast(pl.String).str.strip_chars_end("0").str.strip_suffix(".")
        case "date":
            value = lexical.str.to_date("%Y-%m-%d", strict=False)
            return value, value.dt.strftime("%Y-%m-%d")
        case "dateTime":
            value = lexical.str.to_datetime(
                "%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us"
            ).dt.replace_time_zone("UTC")
            return value, value.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        case _:
            return None
