import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from audit.actions import record
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db
migration = importlib.import_module("audit.migrations.0002_append_only")


@pytest.fixture(autouse=True)
def guard(db: None) -> None:
    """The guard as the migration sets it (the suite takes a part of it away on SQLite)."""
    editor = SimpleNamespace(connection=connection)
    migration.unguard(apps, editor)
    migration.guard(apps, editor)


@pytest.mark.parametrize("statement", ["UPDATE audit_auditentry SET by_name = '别人'", "DELETE FROM audit_auditentry"])
def test_the_database_refuses_to_change_the_log(statement: str) -> None:
    record("login")
    with pytest.raises(DatabaseError, match="审计记录只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def test_the_programme_cannot_change_the_log_either() -> None:
    entry = record("login")
    for write in (lambda: AuditEntry.objects.update(by_name="别人"), AuditEntry.objects.all().delete, entry.delete):
        with pytest.raises(DatabaseError, match="审计记录只能追加"), transaction.atomic():
            write()
    assert AuditEntry.objects.get().by_name == ""
