"""Evidence over HTTP: each file has its answer, and nobody reads a file whose item he may not see."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.models import AuditEntry
from problems.actions.evidence import MAX_FILES, add_evidence
from problems.ledger import State
from problems.models import Evidence, Item
from tests.core.test_files import PDF, RTLO, package, picture, pixel_flood
from tests.factories.problems import World, entered_list, item_in, make_world, walk

pytestmark = pytest.mark.django_db
ASYNC = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def item(world: World) -> Item:
    return item_in(world, State.IN_PROGRESS)


def login(client: Client, world: World, who: str) -> Client:
    client.force_login(world.fresh(who))
    return client


def pdf(name: str = "办结统计.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def add(client: Client, item: Item, *files: Any, query: str = "", **data: Any) -> Any:
    url = f"{item.get_absolute_url()}evidence/add/{query}"
    return client.post(url, {"files": list(files), **data}, headers=ASYNC)


def fetch(client: Client, url: str) -> tuple[int, Any]:
    """Status and headers of a download, read to its end so that the file is closed again."""
    response = client.get(url)
    if response.streaming:
        response.getvalue()
    return response.status_code, response.headers


def html(response: Any) -> str:
    return response.content.decode()


def test_script_gets_an_answer_per_file(client: Client, world: World, item: Item) -> None:
    response = add(login(client, world, "cadre"), item, pdf())
    row = item.evidence.get()
    assert response.status_code == 201
    assert response.json() == {
        "files": [{"id": row.pk, "name": "办结统计.pdf", "url": f"{item.get_absolute_url()}evidence/{row.pk}/"}]
    }
    assert row.file.name.startswith("evidence/") and "办结" not in row.file.name
    download = client.get(response.json()["files"][0]["url"])
    assert download.getvalue() == PDF


def test_partial_success_names_what_was_refused(client: Client, world: World, item: Item) -> None:
    login(client, world, "cadre")
    bad = SimpleUploadedFile("图.svg", b"<svg><script>1</script></svg>")
    url = f"{item.get_absolute_url()}evidence/add/"
    page = html(client.post(url, {"files": [pdf(), bad]}, follow=True))
    assert "“图.svg”未上传：暂不支持 SVG" in page
    assert "已上传 1 个文件" in page
    assert [row.name for row in item.evidence.all()] == ["办结统计.pdf"]
    again = add(client, item, pdf("二.pdf"), SimpleUploadedFile("空.pdf", b""))
    assert (again.status_code, again.json()["error"]) == (422, "“空.pdf”未上传：文件是空的。请打开确认内容后再传")


def test_nothing_chosen(client: Client, world: World, item: Item) -> None:
    login(client, world, "cadre")
    response = client.post(f"{item.get_absolute_url()}evidence/add/", {}, headers=ASYNC)
    assert (response.status_code, response.json()["error"]) == (422, "没有选择文件。请先选择文件再上传")


HOSTILE = {
    "svg with script": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "html called png": ("a.png", b"<html><script>alert(1)</script></html>"),
    "html in a pdf": ("a.pdf", b"%PDF-1.4 <script>alert(1)</script> %%EOF"),
    "archive behind a pdf": ("a.pdf", PDF + package()),
    "macros": ("a.docm", package("application/vnd.ms-word.document.macroEnabled")),
    "program": ("a.pdf.exe", b"MZ\0\0"),
    "pixel flood": ("a.png", pixel_flood(60000, 60000)),
    "bomb": ("a.docx", package(**{"word/document.xml": b"\0" * 3_000_000})),
}


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_hostile_files_leave_nothing_behind(client: Client, world: World, item: Item, kind: str) -> None:
    name, data = HOSTILE[kind]
    response = add(login(client, world, "cadre"), item, SimpleUploadedFile(name, data))
    assert response.status_code == 422
    assert "未上传" in response.json()["error"]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"工资{RTLO}fdp.exe.pdf", "工资fdp.pdf"),
        ("很" * 200 + ".pdf", "很" * 116 + ".pdf"),
        ("..\\..\\网站\\首页.pdf", "首页.pdf"),
        ("<img src=x>.pdf", "_img src=x_.pdf"),
    ],
)
def test_hostile_names_are_shown_plainly(client: Client, world: World, item: Item, name: str, shown: str) -> None:
    login(client, world, "cadre")
    assert add(client, item, pdf(name)).status_code == 201
    assert item.evidence.get().name == shown
    assert RTLO not in html(client.get(item.get_absolute_url()))


def test_position_is_gone_from_the_stored_photo(client: Client, world: World, item: Item) -> None:
    photo = SimpleUploadedFile("现场.jpg", picture("JPEG", comment=b"secret-place"))
    add(login(client, world, "cadre"), item, photo)
    with item.evidence.get().file.open() as stored:
        assert b"secret-place" not in stored.read()


def test_file_is_a_download_that_nobody_runs_or_keeps(client: Client, world: World, item: Item) -> None:
    row = add_evidence(item, pdf(), by=world.fresh("cadre"))
    response = fetch(login(client, world, "head"), f"{item.get_absolute_url()}evidence/{row.pk}/")[1]
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"


def test_file_is_open_to_readers_of_the_item_only(client: Client, world: World, item: Item) -> None:
    row = add_evidence(item, pdf(), by=world.fresh("cadre"))
    url = f"{item.get_absolute_url()}evidence/{row.pk}/"
    seen = {who for who in world.people if fetch(login(client, world, who), url)[0] == 200}
    readers = {"cadre", "head", "line_leader", "chief", "group_member", "office", "office_two", "supervisor", "auditor"}
    assert seen == readers
    client.logout()
    assert client.get(url).status_code == 302


def test_file_is_not_reached_through_another_item(client: Client, world: World, item: Item) -> None:
    row = add_evidence(item, pdf(), by=world.fresh("cadre"))
    other = entered_list(world, "colleague").items.get()
    assert login(client, world, "head").get(f"{other.get_absolute_url()}evidence/{row.pk}/").status_code == 404
    assert login(client, world, "colleague").get(f"{other.get_absolute_url()}evidence/{row.pk}/").status_code == 404


def test_file_gone_from_the_disk_is_not_an_error(client: Client, world: World, item: Item) -> None:
    row = add_evidence(item, pdf(), by=world.fresh("cadre"))
    row.file.storage.delete(row.file.name)
    assert login(client, world, "cadre").get(f"{item.get_absolute_url()}evidence/{row.pk}/").status_code == 404


def test_place_has_no_file_to_download(client: Client, world: World, item: Item) -> None:
    login(client, world, "cadre")
    given = {"name": "收文登记台账", "where_kept": "登记簿第 2 册", "measure": str(item.measures.get().pk)}
    response = client.post(f"{item.get_absolute_url()}evidence/add/", given)
    row = item.evidence.get()
    assert response.status_code == 302
    assert (row.name, row.where_kept, row.measure) == ("收文登记台账", "登记簿第 2 册", item.measures.get())
    assert client.get(f"{item.get_absolute_url()}evidence/{row.pk}/").status_code == 404
    page = html(client.get(item.get_absolute_url()))
    assert "登记簿第 2 册" in page and "材料出处 · 措施 1" in page


def test_place_without_words_is_explained(client: Client, world: World, item: Item) -> None:
    login(client, world, "cadre")
    response = client.post(f"{item.get_absolute_url()}evidence/add/", {"name": "台账", "where_kept": ""})
    assert response.status_code == 422
    assert "填写材料在哪里，例如文号、台账名称或存放的科室" in html(response)
    assert 'value="台账"' in html(response)


def test_replacing_keeps_the_earlier_version(client: Client, world: World, item: Item) -> None:
    login(client, world, "cadre")
    first = add_evidence(item, pdf("旧.pdf"), by=world.fresh("cadre"), measure=item.measures.get())
    dialog = client.get(f"{item.get_absolute_url()}evidence/add/?replaces={first.pk}", headers={"HX-Request": "true"})
    assert "替换“旧.pdf”" in html(dialog) and "<html" not in html(dialog)
    assert add(client, item, pdf("新.pdf"), query=f"?replaces={first.pk}").status_code == 201
    second = item.evidence.get(name="新.pdf")
    assert (second.replaces, second.measure) == (first, first.measure)
    page = html(client.get(item.get_absolute_url()))
    assert "历史版本 1 份" in page and "1 份" in page
    assert fetch(client, f"{item.get_absolute_url()}evidence/{first.pk}/")[0] == 200


def test_measure_may_come_with_the_form(client: Client, world: World, item: Item) -> None:
    measure = item.measures.get()
    add(login(client, world, "cadre"), item, pdf(), measure=str(measure.pk))
    assert item.evidence.get().measure == measure


@pytest.mark.parametrize("query", ["?replaces=999", "?measure=999", "?measure=x"])
def test_strange_measures_and_files_are_not_found(client: Client, world: World, item: Item, query: str) -> None:
    assert add(login(client, world, "cadre"), item, pdf(), query=query).status_code == 404


def test_no_more_than_the_limit(client: Client, world: World, item: Item) -> None:
    login(client, world, "cadre")
    answer = add(client, item, *(pdf(f"{number}.pdf") for number in range(MAX_FILES + 1)))
    assert answer.status_code == 422
    assert f"最多 {MAX_FILES} 个文件" in answer.json()["error"]
    assert item.evidence.count() == MAX_FILES


def test_readers_do_not_add(client: Client, world: World, item: Item) -> None:
    for who in ("head", "office", "supervisor"):
        login(client, world, who)
        assert client.get(f"{item.get_absolute_url()}evidence/add/").status_code == 404
        assert add(client, item, pdf()).status_code == 422
    assert not Evidence.objects.exists()


def test_nothing_is_added_while_others_decide(client: Client, world: World, item: Item) -> None:
    walk(world, item, [("request_close", "cadre", {"result": "完成"})])
    login(client, world, "cadre")
    assert client.get(f"{item.get_absolute_url()}evidence/add/").status_code == 404
    answer = add(client, item, pdf())
    assert "不能补充材料。退回后可以补充" in answer.json()["error"]
    place = client.post(f"{item.get_absolute_url()}evidence/add/", {"name": "台账", "where_kept": "第 2 册"})
    assert place.status_code == 404


def test_page_works_without_script(client: Client, world: World, item: Item) -> None:
    login(client, world, "cadre")
    page = html(client.get(f"{item.get_absolute_url()}evidence/add/"))
    assert "<html" in page and 'enctype="multipart/form-data"' in page and "<noscript>" in page


def test_downloads_of_restricted_items_are_recorded(client: Client, world: World) -> None:
    guarded = item_in(world, State.IN_PROGRESS, clue=True)
    row = add_evidence(guarded, pdf(), by=world.fresh("cadre"))
    photo = add_evidence(guarded, SimpleUploadedFile("现场.png", picture()), by=world.fresh("cadre"))
    login(client, world, "office")
    assert "<img" not in html(client.get(guarded.get_absolute_url()))
    assert photo.content_type == "image/png"
    before = AuditEntry.objects.count()
    fetch(client, f"{guarded.get_absolute_url()}evidence/{row.pk}/")
    assert list(AuditEntry.objects.order_by("pk").values_list("kind", "by_name", "object_label")[before:]) == [
        ("download", "沈静", f"{guarded.code} 办结统计.pdf")
    ]
    assert login(client, world, "supervisor").get(f"{guarded.get_absolute_url()}evidence/{row.pk}/").status_code == 404
