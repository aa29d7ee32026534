"""The application: which function answers which path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route, Router, request_response

from magkg.web.front.endpoints import Endpoints
from magkg.web.front.frame import Frame

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from magkg.web.front.site import Site

__all__ = ["application"]


def application(site: Site) -> ASGIApp:
    """Give the ASGI application of a site."""
    found = Endpoints(site)
    routes = [
        Route("/sparql", found.sparql, methods=["GET", "POST"]),
        Route("/api/queries/{name}", found.query),
        Route("/static/{name}", found.static),
        Route("/healthz", found.healthz),
        Route("/metrics", found.metrics),
        Route("/robots.txt", found.robots),
        Route("/{path:path}", found.page),
    ]
    # A path that no route takes, since a line ends in it, is a page that is not known.
    other = request_response(found.page)
    return Frame(Router(routes, redirect_slashes=False, default=other), site)
