"""Files come from anybody: the type is read from the content, and what is not understood is not kept."""

import hashlib
import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from core.files import MAX_NAME, FileRefused, attachment, checked, clean_name

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
RTLO = "\u202e"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        checked(upload(name, data))
    return str(caught.value)


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **extra: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode in ("P", "1", "L") else "red").save(out, kind, **extra)
    return out.getvalue()


def package(content_type: str = DOCX, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        if content_type:
            types = f'<Types><Override PartName="/main" ContentType="{content_type}.main+xml"/></Types>'
            container.writestr("[Content_Types].xml", types)
        for name, data in parts.items():
            container.writestr(name, data)
    return out.getvalue()


def ole(*streams: str) -> bytes:
    """A container with nothing but its header and one directory sector."""
    sector = b""
    for stream in streams:
        name = (stream + "\0").encode("utf-16-le")
        sector += name.ljust(64, b"\0") + struct.pack("<H", len(name)) + b"\0" * 62
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + sector


@pytest.mark.parametrize(
    ("name", "data", "shown", "content_type"),
    [
        ("现场.png", picture(), "现场.png", "image/png"),
        ("现场.JPEG", picture("JPEG"), "现场.jpeg", "image/jpeg"),
        ("办结统计.pdf", PDF, "办结统计.pdf", "application/pdf"),
        ("制度.docx", package(), "制度.docx", DOCX),
        ("台账.xlsx", package(XLSX), "台账.xlsx", XLSX),
        ("旧制度.doc", ole("Root Entry", "WordDocument"), "旧制度.doc", "application/msword"),
        ("旧制度.wps", ole("Root Entry", "WordDocument"), "旧制度.wps", "application/msword"),
        ("旧表.et", ole("Workbook"), "旧表.et", "application/vnd.ms-excel"),
        ("公文.ofd", package("", **{"OFD.xml": b"<ofd/>"}), "公文.ofd", "application/ofd"),
        ("没有扩展名", PDF, "没有扩展名.pdf", "application/pdf"),
        ("照片.pdf", picture(), "照片.png", "image/png"),
        ("report.pdf.exe", PDF, "report.pdf", "application/pdf"),
        ("第 1.2 版", PDF, "第 1.2 版.pdf", "application/pdf"),
    ],
)
def test_type_comes_from_the_content(name: str, data: bytes, shown: str, content_type: str) -> None:
    file = checked(upload(name, data))
    stored = file.content.read()
    assert (file.name, file.content_type) == (shown, content_type)
    assert (file.size, file.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())


def test_stored_under_a_random_name() -> None:
    first, second = (checked(upload("工资表.pdf", PDF)).content.name for _ in range(2))
    assert first != second
    assert len(first) == len("0" * 32 + ".pdf")
    assert "工资表" not in first


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("现场.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40, "暂不支持 HEIC。请用 JPG 或 PNG，单个不超过 20 MB"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "暂不支持 SVG"),
        ("网页.png", b"<!doctype html><script>alert(1)</script>", "内容与扩展名不符"),
        ("程序.exe", b"MZ" + b"\0" * 80, "暂不支持 EXE"),
        ("空.pdf", b"", "文件是空的"),
        ("残.pdf", b"%PDF-1.4 half", "文件已损坏或夹带了其他内容"),
        ("夹带.pdf", PDF + package(), "文件已损坏或夹带了其他内容"),
        ("网页.pdf", b"%PDF-1.4\n<SCRIPT>alert(1)</SCRIPT>\n%%EOF", "文件夹带了网页内容"),
        ("脚本.pdf", PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript >> /Type"), "PDF 里带有脚本或附件"),
        ("宏.docx", package("application/vnd.ms-word.document.macroEnabled"), "文件带有宏"),
        ("宏.docx", package(DOCX, **{"word/vbaProject.bin": b"1"}), "文件带有宏"),
        ("宏.xls", ole("Workbook", "_VBA_PROJECT_CUR"), "文件带有宏"),
        ("密码.docx", ole("EncryptionInfo", "EncryptedPackage"), "文件设有打开密码"),
        ("幻灯片.ppt", ole("PowerPoint Document"), "暂不支持此类文件"),
        ("幻灯片.pptx", package(PPTX), "暂不支持此类文件"),
        ("材料.zip", package("", **{"a.txt": b"a"}), "暂不支持压缩包"),
        ("越界.docx", package(DOCX, **{"../../etc/passwd": b"a"}), "文件内部结构异常"),
        ("残.docx", package()[:-20], "文件已损坏"),
        ("炸弹.docx", package(DOCX, **{"word/document.xml": b"\0" * 3_000_000}), "文件展开后过大或压缩得异常紧"),
        ("残.jpg", picture("JPEG", (400, 400))[:300], "图片已损坏"),
    ],
)
def test_refused_with_name_reason_and_remedy(name: str, data: bytes, why: str) -> None:
    text = refusal(name, data)
    assert text.startswith(f"“{name}”未上传：{why}")
    assert "请" in text


def test_encrypted_archive_is_refused() -> None:
    data = bytearray(package())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "打开密码" in refusal("密码.docx", bytes(data))


def test_archive_of_thousands_of_parts_is_refused() -> None:
    assert "2002 个部件" in refusal("多.docx", package(DOCX, **{f"p{n}": b"" for n in range(2001)}))


def test_too_large_is_refused_before_it_is_read(settings) -> None:
    settings.MAX_UPLOAD_MB = 1
    text = refusal("大.pdf", PDF + b" " * 1_600_000)
    assert text == "“大.pdf”未上传：现在 1.5 MB，单个不超过 1 MB。请压缩或拆分后再传"


def pixel_flood(width: int, height: int) -> bytes:
    """A picture that declares far more pixels than its few bytes hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 8000), (60000, 60000)])
def test_pixel_flood_is_refused(size: tuple[int, int]) -> None:
    assert "最多 5000 万像素" in refusal("海量.png", pixel_flood(*size))


def test_position_and_comments_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret-place"
    exif.get_ifd(0x8825)[1] = "N"
    photo = checked(upload("现场.jpg", picture("JPEG", exif=exif, comment=b"secret-place"))).content.read()
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "secret-place")
    shot = checked(upload("截图.png", picture(pnginfo=info))).content.read()
    assert b"secret-place" not in photo + shot
    assert not Image.open(io.BytesIO(photo)).getexif()


def test_photo_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = checked(upload("竖拍.jpg", picture("JPEG", (40, 20), exif=exif))).content
    assert Image.open(stored).size == (20, 40)


@pytest.mark.parametrize(
    ("mode", "extra", "kept"),
    [("L", {}, "L"), ("1", {}, "L"), ("P", {}, "RGB"), ("RGBA", {}, "RGBA"), ("P", {"transparency": 1}, "RGBA")],
)
def test_pictures_of_every_mode(mode: str, extra: dict, kept: str) -> None:
    assert Image.open(checked(upload("图.png", picture("PNG", mode=mode, **extra))).content).mode == kept


def test_bytes_behind_a_picture_are_gone() -> None:
    polyglot = picture("JPEG") + b"<script>alert(1)</script>" + package("", **{"evil.class": b"1"})
    stored = checked(upload("图.jpg", polyglot)).content.read()
    assert b"<script>" not in stored
    assert b"PK\x03\x04" not in stored


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\temp\台账.xlsx", "台账.xlsx"),
        (f"工资{RTLO}fdp.exe", "工资fdp.exe"),
        ("换\n行\0\x07.pdf", "换行.pdf"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("  空  格 .pdf", "空 格 .pdf"),
        ("\u202e\u200b", "未命名文件"),
        ("...", "未命名文件"),
    ],
)
def test_name_is_safe_to_show(given: str, shown: str) -> None:
    assert clean_name(given) == shown


def test_long_name_keeps_its_ending() -> None:
    name = checked(upload("很" * 300 + ".pdf", PDF)).name
    assert len(name) == MAX_NAME
    assert name.endswith("很.pdf")


def test_name_that_is_only_an_ending() -> None:
    assert checked(upload("exe.pdf.exe", PDF)).name == "exe.pdf"
    assert checked(upload(".pdf", PDF)).name == "pdf.pdf"


def test_stream_name_inside_the_text_does_not_count() -> None:
    text = ole("WordDocument") + b"\0" * 10 + "_VBA_PROJECT\0".encode("utf-16-le")
    assert checked(upload("说明.doc", text)).content_type == "application/msword"


def test_download_is_never_run_or_kept() -> None:
    response = attachment(io.BytesIO(PDF), name="办结 统计\r\n.pdf", content_type="application/pdf")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%8A%9E")
    assert "\n" not in response["Content-Disposition"]
    assert {name: response[name] for name in ("X-Content-Type-Options", "Cache-Control", "Content-Type")} == {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Type": "application/pdf",
    }
    assert "sandbox" in response["Content-Security-Policy"]
