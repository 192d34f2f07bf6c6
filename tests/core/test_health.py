import pytest
from django.db import DatabaseError

from core import health

pytestmark = pytest.mark.django_db


def test_alive(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": True, "cache": True, "disk": True})


def test_not_ready_without_room_on_the_disk(client, monkeypatch):
    monkeypatch.setattr(health, "FREE_BYTES_NEEDED", 2**62)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": True, "cache": True, "disk": False})


def test_not_ready_without_cache(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    response = client.get("/readyz")
    assert (response.status_code, response.json()["cache"]) == (503, False)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def test_not_ready_without_database(client, monkeypatch):
    class Broken:
        def cursor(self):
            raise DatabaseError("gone")

    monkeypatch.setattr(health, "connection", Broken())
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, False)


def test_only_reading_is_answered(client):
    assert client.post("/healthz").status_code == 405
