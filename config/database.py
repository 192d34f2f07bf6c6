"""Database profile: the same promises on SQLite (embedded) and PostgreSQL."""

from typing import Any

# WAL lets readers and one writer work at once; IMMEDIATE takes the write lock before the first read, so that a
# transaction never fails half way; 20 s is how long a writer waits for the one before.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-64000;PRAGMA mmap_size=268435456;"
    ),
}
POSTGRES_OPTIONS = {
    "options": "-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=60000",
}


def with_profile(parsed: dict[str, Any]) -> dict[str, Any]:
    """Add the options of its engine to a parsed DATABASE_URL."""
    if parsed["ENGINE"].endswith("sqlite3"):
        return {**parsed, "OPTIONS": {**parsed.get("OPTIONS", {}), **SQLITE_OPTIONS}}
    return {
        **parsed,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parsed.get("OPTIONS", {}), **POSTGRES_OPTIONS},
    }
