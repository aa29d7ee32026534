"""Query texts that are nested or chained n times over, each in a way of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

__all__ = ["KINDS"]

P = "PREFIX ex: <urn:x:> "


def _where(inside: Callable[[int], str]) -> Callable[[int], str]:
    return lambda n: f"{P}SELECT * WHERE {{ {inside(n)} }}"


def _filter(inside: Callable[[int], str]) -> Callable[[int], str]:
    return lambda n: f"{P}SELECT * WHERE {{ ?s ?p ?o FILTER({inside(n)}) }}"


def _path(inside: Callable[[int], str]) -> Callable[[int], str]:
    return lambda n: f"{P}SELECT * WHERE {{ ?s {inside(n)} ?o }}"


def _object(inside: Callable[[int], str]) -> Callable[[int], str]:
    return lambda n: f"{P}SELECT * WHERE {{ ?s ?p {inside(n)} }}"


# Each gives, for a number, a text that is sound SPARQL 1.1 (or 1.2 where it says so).
KINDS: Mapping[str, Callable[[int], str]] = {
    "groups": _where(lambda n: "{" * n + "?s ?p ?o" + "}" * n),
    "groups_open": lambda n: "SELECT * WHERE " + "{" * n,
    "groups_joined": _where(lambda n: "{ ?s ?p ?o }" * n),
    "graphs_joined": _where(lambda n: "GRAPH ?g { ?s ?p ?o }" * n),
    "unions_joined": _where(lambda n: "{ ?s ?p ?o } UNION { ?s ?p ?o }" * n),
    "optional_nested": _where(lambda n: "OPTIONAL { " * n + "?s ?p ?o" + "}" * n),
    "optional_chain": _where(lambda n: "?s ?p ?o" + " OPTIONAL { ?s ?p ?o }" * n),
    "optional_empty": _where(lambda n: "OPTIONAL{}" * n),
    "union_nested": _where(lambda n: "{ {} UNION " * n + "{}" + "}" * n),
    "union_chain": _where(lambda n: "{}" + "UNION{}" * n),
    "minus_nested": _where(lambda n: "MINUS { " * n + "?s ?p ?o" + "}" * n),
    "minus_chain": _where(lambda n: "?s ?p ?o" + " MINUS { ?s ?p ?o }" * n),
    "graph_nested": _where(lambda n: "GRAPH ?g { " * n + "?s ?p ?o" + "}" * n),
    "graph_chain": _where(lambda n: "GRAPH ?g {}" * n),
    "subselect": _where(lambda n: "{ SELECT * { " * n + "?s ?p ?o" + "}}" * n),
    "subselect_chain": _where(lambda n: "{SELECT * {}}" * n),
    "exists_nested": _where(lambda n: "FILTER EXISTS { " * n + "?s ?p ?o" + "}" * n),
    "exists_chain": _filter(lambda n: "&&".join(["EXISTS{}"] * n)),
    "not_exists_filters": _where(lambda n: "FILTER NOT EXISTS{?s ?p ?o}" * n),
    "bind_chain": _where(lambda n: " ".join(f"BIND({i} AS ?x{i})" for i in range(n))),
    "filter_chain": _where(lambda n: "FILTER(1)" * n),
    "parentheses": _filter(lambda n: "(" * n + "1" + ")" * n),
    "parentheses_open": lambda n: "SELECT * { FILTER" + "(" * n,
    "functions": _filter(lambda n: "STR(" * n + "1" + ")" * n),
    "if_nested": _filter(lambda n: "IF(1,1," * n + "1" + ")" * n),
    "custom_functions": _filter(lambda n: "ex:f(" * n + "1" + ")" * n),
    "coalesce_list": _filter(lambda n: f"COALESCE({','.join('1' * n)})"),
    "not": _filter(lambda n: "!" * n + "1"),
    "minus": _filter(lambda n: "- " * n + "?o"),
    "plus": _filter(lambda n: "+ " * n + "?o"),
    "and": _filter(lambda n: "&&".join("1" * n)),
    "or": _filter(lambda n: "||".join("1" * n)),
    "and_or": _filter(lambda n: "&&".join(["(1||0)"] * n)),
    "sum": _filter(lambda n: "+".join(["?o"] * n)),
    "difference": _filter(lambda n: " - ".join(["?o"] * n)),
    "signed": _filter(lambda n: "?o" + " -1" * n),
    "product": _filter(lambda n: "*".join(["?o"] * n)),
    "quotient": _filter(lambda n: "/".join(["?o"] * n)),
    "equal_nested": _filter(lambda n: "(1=" * n + "1" + ")" * n),
    "in_list": _filter(lambda n: f"?o IN ({','.join('1' * n)})"),
    "in_nested": _filter(lambda n: "1 IN (" * n + "1" + ")" * n),
    "hidden_in_iri": lambda n: (
        "SELECT * { ?s ?p ?o FILTER(?o<" + "(" * n + "1#>\n" + ")" * n + ")}"
    ),
    "hidden_not": lambda n: "SELECT * { ?s ?p ?o FILTER(?o<" + "!" * n + "1#>\n)}",
    "sequence": _path(lambda n: "/".join(["ex:p"] * n)),
    "sequence_star": _path(lambda n: "/".join(["ex:p*"] * n)),
    "alternative": _path(lambda n: "|".join(["ex:p"] * n)),
    "inverse": _path(lambda n: "/".join(["^ex:p"] * n)),
    "path_groups": _path(lambda n: "(" * n + "ex:p" + ")" * n),
    "path_stars": _path(lambda n: "(" * n + "ex:p" + ")*" * n),
    "path_plus": _path(lambda n: "(" * n + "ex:p" + ")+" * n),
    "path_maybe": _path(lambda n: "(" * n + "ex:p" + ")?" * n),
    "path_inverse_nested": _path(lambda n: "^(" * n + "ex:p" + ")" * n),
    "path_negated": _path(lambda n: f"!({'|'.join(['ex:p'] * n)})"),
    "path_alternatives_of_stars": _path(lambda n: "|".join(["ex:p*"] * n)),
    "triples": _where(lambda n: " . ".join(["?s ?p ?o"] * n)),
    "triples_joined": _where(lambda n: " . ".join(f"?v{i} ?p{i} ?v{i + 1}" for i in range(n))),
    "objects": _where(lambda n: "?s ?p " + ",".join(["?o"] * n)),
    "predicates": _where(lambda n: "?s " + ";".join(["?p ?o"] * n)),
    "semicolons": _where(lambda n: "?s ?p ?o" + ";" * n),
    "blank_nested": _object(lambda n: "[ ?p " * n + "1" + "]" * n),
    "blank_chain": _where(lambda n: "[] ?p ?o . " * n),
    "blank_open": lambda n: "SELECT * { ?s ?p " + "[ ?p " * n,
    "collection_nested": _object(lambda n: "(" * n + "1" + ")" * n),
    "collection": _object(lambda n: f"({'1 ' * n})"),
    "triple_terms": _object(lambda n: "<<( ?s ?p " * n + "1" + " )>>" * n),
    "triple_terms_open": lambda n: "SELECT * { ?s ?p " + "<<( ?s ?p " * n,
    "reified": _where(lambda n: "<< " * n + "?s ?p ?o" + " ?p ?o >>" * n),
    "reifiers": _where(lambda n: "?s ?p ?o" + " ~ ?r" * n),
    "annotations": _where(lambda n: "?s ?p ?o " + "{| ?p ?o " * n + "|}" * n),
    "annotation_chain": _where(lambda n: "?s ?p ?o " + "{| ?p ?o |}" * n),
    "triple_expressions": _filter(lambda n: "<<( ?s ?p " * n + "1" + " )>>" * n),
    "values": _where(lambda n: f"VALUES ?x {{ {'1 ' * n} }}"),
    "values_rows": _where(lambda n: f"VALUES (?x ?y) {{ {'(1 2)' * n} }}"),
    "values_empty": _where(lambda n: f"VALUES () {{ {'()' * n} }}"),
    "values_wide": _where(
        lambda n: f"VALUES ({' '.join(f'?v{i}' for i in range(n))}) {{ ({'1 ' * n}) }}"
    ),
    "values_blocks": _where(lambda n: "VALUES ?x { 1 }" * n),
    "values_triple_terms": _where(
        lambda n: "VALUES ?x { " + "<<( ex:a ex:b " * n + "1" + " )>>" * n + " }"
    ),
    "group_by": lambda n: f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} GROUP BY{' ?s' * n}",
    "group_by_values": lambda n: f"SELECT (COUNT(*) AS ?n) {{}} GROUP BY{' (1)' * n}",
    "order_by": lambda n: f"SELECT * {{ ?s ?p ?o }} ORDER BY{' ?s' * n}",
    "order_by_desc": lambda n: f"SELECT * {{ ?s ?p ?o }} ORDER BY{' DESC(?s)' * n}",
    "having": lambda n: f"SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING{'(1)' * n}",
    "select_expressions": lambda n: (
        f"SELECT {' '.join(f'(1 AS ?x{i})' for i in range(n))} {{ ?s ?p ?o }}"
    ),
    "select_names": lambda n: f"SELECT {' '.join(f'?x{i}' for i in range(n))} {{ ?s ?p ?o }}",
    "aggregates": lambda n: (
        f"SELECT {' '.join(f'(COUNT(?s) AS ?x{i})' for i in range(n))} {{ ?s ?p ?o }}"
    ),
    "template": lambda n: f"CONSTRUCT {{ {'?s ?p ?o . ' * n} }} WHERE {{ ?s ?p ?o }}",
    "template_nested": lambda n: f"CONSTRUCT {{ ?s ?p {'[ ?p ' * n}1{']' * n} }} WHERE {{}}",
    "describe": lambda n: f"{P}DESCRIBE {'ex:a ' * n}",
    "from": lambda n: f"SELECT * {'FROM <urn:g> ' * n}{{}}",
    "prefixes": lambda n: "PREFIX ex: <urn:x:>\n" * n + "ASK {}",
    "prefixes_many": lambda n: "".join(f"PREFIX p{i}:<u:>" for i in range(n)) + "ASK {}",
    "bases": lambda n: "BASE <urn:x:> " * n + "ASK {}",
    "versions": lambda n: 'VERSION "1.2" ' * n + "ASK {}",
    "comments": lambda n: "#\n" * n + "ASK {}",
    "comments_inside": _where(lambda n: "#\n" * n),
    "blanks": lambda n: "ASK" + " " * n + "{}",
    "dots": _where(lambda n: "?s ?p ?o" + " ." * n),
    "string": _filter(lambda n: '"' + "a" * n + '"'),
    "concat_doubling": _where(
        lambda n: (
            'BIND("ab" AS ?x0)'
            + "".join(f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1})" for i in range(min(n, 20)))
        )
    ),
}
