"""People read model and field names in forms, tables and messages, so they are Chinese."""

import re

from django.apps import apps
from django.db import models

from tests.contracts.tree import APPS

CHINESE = re.compile(r"[\u4e00-\u9fff]|^URL$")
OURS = [model for model in apps.get_models() if model._meta.app_label in APPS]


def own_fields(model: type[models.Model]) -> list[models.Field]:
    inherited = {"path", "depth", "numchild"}  # the tree's own columns, never shown
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field for field in fields if not field.primary_key and field.name not in inherited]


def test_models_are_named_in_chinese() -> None:
    assert OURS
    names = {model._meta.label: (model._meta.verbose_name, model._meta.verbose_name_plural) for model in OURS}
    assert [label for label, pair in names.items() if not all(CHINESE.search(str(name)) for name in pair)] == []


def test_fields_are_named_in_chinese() -> None:
    fields = [field for model in OURS for field in own_fields(model)]
    assert [str(field) for field in fields if not CHINESE.search(str(field.verbose_name))] == []


def test_every_model_says_what_it_is() -> None:
    generated = re.compile(rf"^({'|'.join(model.__name__ for model in OURS)})\(")
    assert [model._meta.label for model in OURS if not model.__doc__ or generated.match(model.__doc__)] == []
