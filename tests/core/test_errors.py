import logging
import re

import pytest
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as product
from organization.scope import public


@public
def broken(request: object) -> None:
    raise RuntimeError("a defect")


handler500 = "core.errors.server_error"
urlpatterns = [*product, path("broken/", broken)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_defect_is_answered_with_a_number_that_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = Client(raise_request_exception=False).get("/broken/")
    page = answer.content.decode()
    number = re.search(r"编号 (E-[0-9A-F]{4})", page)
    assert (answer.status_code, number is not None) == (500, True)
    assert f"{number[1]} GET /broken/" in caplog.text
    assert "a defect" not in page
