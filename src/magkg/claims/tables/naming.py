"""Names by content for what is imported: the same statement has the same IRI, whenever it comes.

The name of a claim is ``<source>#i-HEX``. HEX are the first 32 hex digits of a SHA-256 over
length-prefixed fields (see `magkg.claims.identity`): what the claim says, and what its evidence
lines and their effects say, whatever these were called before. What `identity.OUTSIDE` names
(readings, notes, the ids and ratings of the set that it came from) is left aside: the same claim
with another row number is the same claim. 128 bits suffice: 10^9 claims of one source would share
a name with a chance of 10^-21.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import identity
from magkg.errors import InputError
from magkg.vocabulary import MAG, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["fragment", "named"]

Node = ox.NamedNode | ox.BlankNode
_CLAIM = ox.NamedNode(MAG + "Claim")
_TYPE = ox.NamedNode(TYPE)
# The parts that are named after what they say; a passage is named after where it stands.
_PARTS = {MAG + "evidence": "e", MAG + "effect": "f"}
_SELF = ox.NamedNode("urn:x-magkg:self")


def fragment(letter: str, *fields: str) -> str:
    """Give the fragment of an IRI from what it names: a letter, a hyphen and 32 hex digits.

    >>> fragment("p", "Abstract, Results")
    'p-53f13ac4d9ae43c1be78e04e9c4b5a83'
    """
    return f"{letter}-{identity.hashed(('magkg import 1', letter, *fields))[:32]}"


def named(source: str, quads: Iterable[ox.Quad]) -> tuple[str, set[ox.Quad]]:
    """Name one claim and its evidence lines and effects after what they say.

    ``source`` is the IRI of the source; ``quads`` describe one `mag:Claim` with its parts, under
    any names, blank nodes included; what else they describe (passages, readings) keeps its name.
    Gives the IRI of the claim and the quads under the new names. Raises InputError where they
    describe no claim, or two.
    """
    described: defaultdict[Node, set[ox.Quad]] = defaultdict(set)
    for quad in quads:
        assert not isinstance(quad.subject, ox.Triple)
        described[quad.subject].add(quad)
    claims = [
        node
        for node, own in described.items()
        if any(quad.predicate == _TYPE and quad.object == _CLAIM for quad in own)
    ]
    if len(claims) != 1:
        raise InputError(f"{len(claims)} claims where one is named", hint="Name them one by one.")
    names: dict[Node, ox.NamedNode] = {}
    said = _say(claims[0], described, ())
    names[claims[0]] = ox.NamedNode(f"{source}#{fragment('i', source, said)}")
    _name_parts(claims[0], described, names, f"{source}#", said)
    changed = {
        ox.Quad(names.get(each.subject, each.subject), each.predicate, _renamed(each, names))
        for own in described.values()
        for each in own
        if not isinstance(each.subject, ox.Triple)
    }
    return names[claims[0]].value, changed


def _renamed(quad: ox.Quad, names: dict[Node, ox.NamedNode]) -> ox.NamedNode | ox.Literal:
    target = quad.object
    if isinstance(target, ox.Literal):
        return target
    if isinstance(target, ox.Triple):
        raise InputError("a triple term has no place in a claim")
    found = names.get(target, target)
    if isinstance(found, ox.BlankNode):
        raise InputError("a claim holds a blank node that is neither evidence nor effect")
    return found


def _say(node: Node, described: dict[Node, set[ox.Quad]], above: tuple[Node, ...]) -> str:
    """Give the digest of what is said of a node, its parts taken for what they say."""
    if node in above:
        raise InputError("the evidence of a claim leads back to itself")
    lines = []
    for quad in described.get(node, ()):
        if quad.predicate.value in identity.OUTSIDE:
            continue
        target: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple = quad.object
        if _is_part(quad, described):
            assert isinstance(quad.object, ox.NamedNode | ox.BlankNode)
            target = ox.Literal(_say(quad.object, described, (*above, node)))
        lines.append(identity.line(ox.Quad(_SELF, quad.predicate, target)))
    return identity.digest(lines)


def _is_part(quad: ox.Quad, described: dict[Node, set[ox.Quad]]) -> bool:
    return (
        quad.predicate.value in _PARTS
        and isinstance(quad.object, ox.NamedNode | ox.BlankNode)
        and quad.object in described
    )


def _name_parts(
    node: Node,
    described: dict[Node, set[ox.Quad]],
    names: dict[Node, ox.NamedNode],
    space: str,
    above: str,
) -> None:
    """Name the parts of a node after what they say and what they are a part of."""
    for quad in described[node]:
        if _is_part(quad, described):
            assert isinstance(quad.object, ox.NamedNode | ox.BlankNode)
            said = _say(quad.object, described, ())
            letter = _PARTS[quad.predicate.value]
            names[quad.object] = ox.NamedNode(space + fragment(letter, above, said))
            _name_parts(quad.object, described, names, space, identity.digest([above, said]))
