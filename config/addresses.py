"""Every address of the product with the rule that its view declares; printed in the docs, demanded by the tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

# Django's admin guards itself; it is mounted as a whole.
OUTSIDE = ("admin",)


@dataclass(frozen=True)
class Address:
    route: str
    name: str
    rule: str


def addresses() -> list[Address]:
    return list(walk(get_resolver().url_patterns, "/", ""))


def walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Address]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name}" if entry.name else ""
            yield Address(route, name, getattr(entry.callback, "rule", ""))
        elif entry.app_name not in OUTSIDE:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry.url_patterns, route, inner)
