"""What a person may hand in as a file, and how a file is handed out again.

The type is read from the content, never from the name. Pictures are drawn anew, which drops position data
and everything hidden behind the picture; containers are looked into without unfolding them to disk.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

import filetype
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from PIL import Image, ImageOps

MAX_NAME = 120
MAX_PIXELS = 50_000_000
MAX_EDGE = 4096
MAX_PARTS = 2000
MAX_INFLATED = 200 * 1024 * 1024
RATIO_FROM, MAX_RATIO = 1024 * 1024, 150
CHUNK = 256 * 1024

ACCEPT = ".jpg,.jpeg,.png,.pdf,.docx,.xlsx,.doc,.xls,.wps,.et,.ofd"
SUPPORTED = "JPG、PNG、PDF、Word、Excel、WPS 或 OFD"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_ZIP = b"PK\x05\x06"
PACKAGE = "application/vnd.openxmlformats-officedocument."
# Endings that an honest file of ours does not carry in front of its own.
ENDING = re.compile(
    r"\.(jpe?g|png|gif|pdf|docx?|xlsx?|pptx?|wps|et|ofd|docm|xlsm|txt|html?|svg|js|exe|bat|cmd|com|scr|ps1|vbs|lnk|zip|rar)$",
    re.IGNORECASE,
)


class FileRefused(Exception):
    """The file was not taken; the message names it, says why and how to mend, in the user's words."""


@dataclass(frozen=True)
class Kind:
    """A type that is taken: the endings it may carry, the first one is put where the name has none of them."""

    endings: tuple[str, ...]
    content_type: str


JPEG = Kind(("jpg", "jpeg"), "image/jpeg")
PNG = Kind(("png",), "image/png")
PDF = Kind(("pdf",), "application/pdf")
DOCX = Kind(("docx",), PACKAGE + "wordprocessingml.document")
XLSX = Kind(("xlsx",), PACKAGE + "spreadsheetml.sheet")
DOC = Kind(("doc", "wps"), "application/msword")
XLS = Kind(("xls", "et"), "application/vnd.ms-excel")
OFD = Kind(("ofd",), "application/ofd")


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored: ``name`` to show, ``content`` under a random name; the digest is of the content."""

    name: str
    content_type: str
    size: int
    sha256: str
    content: ContentFile


def checked(upload: UploadedFile) -> CheckedFile:
    """The upload made safe to keep, or FileRefused."""
    shown = clean_name(upload.name or "")
    try:
        kind, data = _read(upload, shown)
    except FileRefused as refusal:
        raise FileRefused(f"“{shown}”未上传：{refusal}") from refusal
    stored = ContentFile(data, name=f"{uuid.uuid4().hex}.{kind.endings[0]}")
    digest = hashlib.sha256(data).hexdigest()
    return CheckedFile(with_ending(shown, kind), kind.content_type, len(data), digest, stored)


def _read(upload: UploadedFile, shown: str) -> tuple[Kind, bytes]:
    size = upload.size or 0
    if size > settings.MAX_UPLOAD_MB * 1024 * 1024:
        found = f"{size / 1024 / 1024:.1f} MB"
        raise FileRefused(f"现在 {found}，单个不超过 {settings.MAX_UPLOAD_MB} MB。请压缩或拆分后再传")
    upload.seek(0)
    data = upload.read()
    if not data:
        raise FileRefused("文件是空的。请打开确认内容后再传")
    for start, reader in READERS:
        if data.startswith(start):
            return reader(data)
    guessed = filetype.guess_extension(data[:8192])
    raise FileRefused(unsupported(guessed or PurePath(shown).suffix.lstrip(".")))


def unsupported(ending: str) -> str:
    if ending.lower() in ("", "jpg", "jpeg", "png", "pdf", "docx", "xlsx", "doc", "xls", "wps", "et", "ofd"):
        return f"内容与扩展名不符，读不出来。请用 {SUPPORTED}，在原来的软件里重新保存后再传"
    better = "JPG 或 PNG" if ending.lower() in ("heic", "heif", "webp", "gif", "bmp", "tif") else SUPPORTED
    return f"暂不支持 {ending.upper()[:10]}。请用 {better}，单个不超过 {settings.MAX_UPLOAD_MB} MB"


def _picture(data: bytes) -> tuple[Kind, bytes]:
    """Drawn anew: no EXIF, no position, nothing appended; turned upright first."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FileRefused("图片像素过多，最多 5000 万像素。请缩小后再传")
            kind = PNG if image.format == "PNG" else JPEG
            image.thumbnail((MAX_EDGE, MAX_EDGE))
            clean = _plain(ImageOps.exif_transpose(image), kind)
    except Image.DecompressionBombError as error:
        raise FileRefused("图片像素过多，最多 5000 万像素。请缩小后再传") from error
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error) as error:
        raise FileRefused("图片已损坏，读不出来。请重新导出或重新拍照后再传") from error
    out = io.BytesIO()
    clean.save(out, "PNG" if kind is PNG else "JPEG", **({} if kind is PNG else {"quality": 88}))
    return kind, out.getvalue()


def _plain(image: Image.Image, kind: Kind) -> Image.Image:
    """Pixels only: text chunks, profiles and comments live in ``info`` and are left behind."""
    mode = "RGBA" if kind is PNG and image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    clean = image.convert(mode)
    clean.info = {}
    return clean


def _pdf(data: bytes) -> tuple[Kind, bytes]:
    """A PDF from its first to its last byte, without programs or files inside."""
    if b"%%EOF" not in data[-1024:] or END_OF_ZIP in data[-66_000:]:
        raise FileRefused("文件已损坏或夹带了其他内容。请重新导出为 PDF 后再传")
    if re.search(rb"<(?:html|script|svg|!doctype)", data[:2048], re.IGNORECASE):
        raise FileRefused("文件夹带了网页内容。请重新导出为 PDF 后再传")
    if re.search(rb"/(?:JavaScript|Launch|EmbeddedFile)\b", data):
        raise FileRefused("PDF 里带有脚本或附件。请用“打印为 PDF”另存后再传")
    return PDF, data


def _ole(data: bytes) -> tuple[Kind, bytes]:
    """The older Word, Excel and WPS container, told apart by the streams it holds."""
    if holds_stream(data, "EncryptedPackage") or holds_stream(data, "EncryptionInfo"):
        raise FileRefused("文件设有打开密码。请取消密码、另存后再传")
    if any(holds_stream(data, name) for name in ("_VBA_PROJECT", "Macros", "_VBA_PROJECT_CUR", "VBA")):
        raise FileRefused("文件带有宏。请另存为不带宏的 DOCX 或 XLSX 后再传")
    for kind, names in ((DOC, ("WordDocument", "WpsDocument")), (XLS, ("Workbook", "Book", "ETDocument"))):
        if any(holds_stream(data, name) for name in names):
            return kind, data
    raise FileRefused(f"暂不支持此类文件。请用 {SUPPORTED}")


def holds_stream(data: bytes, name: str) -> bool:
    """Directory entries stand at multiples of 128 bytes: the name in UTF-16, its length in bytes 64-65."""
    wanted = (name + "\0").encode("utf-16-le")
    length = len(wanted).to_bytes(2, "little")
    place = data.find(wanted, 512)
    while place >= 0:
        if place % 128 == 0 and data[place + 64 : place + 66] == length:
            return True
        place = data.find(wanted, place + 2)
    return False


def _package(data: bytes) -> tuple[Kind, bytes]:
    """DOCX, XLSX or OFD: a plain archive from the first byte on, of a known inside and of honest size."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            _check_listing(container)
            kind = _kind_inside(container)
            _check_parts(container)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise FileRefused("文件已损坏，读不出来。请在原来的软件里另存后再传") from error
    return kind, data


def _check_listing(container: zipfile.ZipFile) -> None:
    parts = container.infolist()
    if len(parts) > MAX_PARTS:
        raise FileRefused(f"文件内部有 {len(parts)} 个部件，最多 {MAX_PARTS} 个。请拆成几个文件后再传")
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused("文件设有打开密码。请取消密码、另存后再传")
    if any(re.search(r"(^|/)\.\.(/|$)|^/|\\|:", part.filename) for part in parts):
        raise FileRefused("文件内部结构异常。请在原来的软件里另存后再传")


def _kind_inside(container: zipfile.ZipFile) -> Kind:
    names = set(container.namelist())
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" not in names:
        raise FileRefused(f"暂不支持压缩包。请把里面的文件分别上传，用 {SUPPORTED}")
    with container.open("[Content_Types].xml") as stream:
        types = stream.read(CHUNK)
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("文件带有宏。请另存为不带宏的 DOCX 或 XLSX 后再传")
    for kind in (DOCX, XLSX):
        if f"{kind.content_type}.main+xml".encode() in types:
            return kind
    raise FileRefused(f"暂不支持此类文件。请用 {SUPPORTED}")


def _check_parts(container: zipfile.ZipFile) -> None:
    """Count what really comes out, part by part, in chunks; what a part declares is not believed."""
    inflated = 0
    for part in container.infolist():
        seen = 0
        with container.open(part) as stream:
            while chunk := stream.read(CHUNK):
                seen += len(chunk)
                too_tight = seen > RATIO_FROM and seen > MAX_RATIO * part.compress_size
                if too_tight or inflated + seen > MAX_INFLATED:
                    raise FileRefused("文件展开后过大或压缩得异常紧。请在原来的软件里另存后再传")
        inflated += seen


READERS: tuple[tuple[bytes, Callable[[bytes], tuple[Kind, bytes]]], ...] = (
    (b"\xff\xd8\xff", _picture),
    (b"\x89PNG\r\n\x1a\n", _picture),
    (b"%PDF-", _pdf),
    (ZIP, _package),
    (OLE, _ole),
)


def clean_name(name: str) -> str:
    """Safe to show and to save under: no folders, no control or direction characters, at most 120 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # C* holds control, direction, private and unassigned characters, Zl and Zp line ends.
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in "\u2028\u2029")
    plain = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", seen)).strip(" .")
    stem, ending = PurePath(plain).stem, PurePath(plain).suffix
    return (stem[: MAX_NAME - len(ending)] + ending)[:MAX_NAME] or "未命名文件"


def with_ending(name: str, kind: Kind) -> str:
    """The name with the ending of what the file really is."""
    ending = PurePath(name).suffix.lstrip(".").lower()
    right = ending if ending in kind.endings else kind.endings[0]
    stem = name
    while ENDING.search(stem):
        stem = ENDING.sub("", stem).rstrip(" .")
    return f"{(stem or '未命名文件')[: MAX_NAME - len(right) - 1]}.{right}"


def attachment(content: IO[bytes], *, name: str, content_type: str) -> FileResponse:
    """Handed out as a download that no browser runs, embeds or keeps."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    headers: dict[str, Any] = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    for header, value in headers.items():
        response[header] = value
    return response
