import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db


def test_stranger_meets_the_one_login(client):
    response = client.get("/manage/admin/", follow=False)
    assert response.headers["Location"].startswith("/manage/admin/login/")
    response = client.get(response.headers["Location"])
    assert (response.status_code, response.headers["Location"]) == (302, "/login/?next=/manage/admin/")


def test_admin_has_no_login_form_of_its_own(client):
    get_user_model().objects.create_user("A100", "张三", password="Zhenggai-2026")
    response = client.post("/manage/admin/login/", {"username": "A100", "password": "Zhenggai-2026"})
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


def test_person_without_the_role_is_refused(client):
    client.force_login(get_user_model().objects.create_user("A100", "张三", must_change_password=False))
    assert client.get("/manage/admin/", follow=True).status_code == 403
