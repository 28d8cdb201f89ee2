"""Whether a file was written to its end."""

import io
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from feeders.content import OpenFile, opened_file
from feeders.ending import ends_well
from feeders.tree import HeldFolder


def image(kind: str, pages: int = 1, **how: object) -> bytes:
    """Return a small image of one page or more."""
    target = io.BytesIO()
    page = Image.effect_noise((64, 64), 50)
    many = {"save_all": True, "append_images": [page] * (pages - 1)} if pages > 1 else {}
    page.save(target, kind, **many, **how)
    return target.getvalue()


def archive(comment: bytes = b"") -> bytes:
    """Return a small ZIP."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("a.txt", "a" * 100)
        file.comment = comment
    return target.getvalue()


WHOLE = {
    "pdf": b"%PDF-1.7\n" + b"x" * 5000 + b"\n%%EOF\r\n\0\0",
    "pdf-after-mail-header": b"junk\n%PDF-1.7\n%%EOF",
    "jpeg": image("JPEG"),
    "jpeg-padded": image("JPEG") + b"\0" * 500,
    "png": image("PNG"),
    "tiff": image("TIFF"),
    "tiff-of-pages": image("TIFF", pages=3),
    "tiff-packed": image("TIFF", pages=2, compression="tiff_adobe_deflate"),
    "tiff-big-endian": b"MM\0*" + struct.pack(">IH12xI", 8, 1, 0),
    "bigtiff": image("TIFF", pages=2, big_tiff=True),
    "zip": archive(),
    "zip-with-comment": archive(b"c" * 3000),
    "text": b"no end to look for",
    "one-byte": b"%",
}


def whole(tmp_path: Path, content: bytes) -> bool:
    """Tell whether a file of these bytes ends well."""
    (tmp_path / "file").write_bytes(content)
    folder = HeldFolder(tmp_path)
    with opened_file("file", folder.descriptor) as descriptor:
        answer = ends_well(OpenFile(descriptor=descriptor))
    folder.close()
    return answer


@pytest.mark.parametrize("kind", list(WHOLE))
def test_a_whole_file_ends_well(tmp_path: Path, kind: str) -> None:
    """Every format has its end, with the tolerance that its readers have."""
    assert whole(tmp_path, WHOLE[kind])


@pytest.mark.parametrize(
    "kind", ["pdf", "jpeg", "png", "tiff", "tiff-of-pages", "tiff-packed", "tiff-big-endian", "bigtiff", "zip"]
)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_file_does_not(tmp_path: Path, kind: str, share: float) -> None:
    """P16: wherever the transfer stands, it shows."""
    assert not whole(tmp_path, WHOLE[kind][: int(len(WHOLE[kind]) * share)])


@pytest.mark.parametrize("order", ["<", ">"])
def test_directories_in_a_circle_are_left(tmp_path: Path, order: str) -> None:
    """A chain that comes back to itself ends the check, not the watcher."""
    magic = b"II*\0" if order == "<" else b"MM\0*"
    assert not whole(tmp_path, magic + struct.pack(f"{order}IH12xI", 8, 1, 8))


@given(
    kind=st.sampled_from(["tiff", "tiff-of-pages", "bigtiff", "zip-with-comment", "jpeg"]),
    at=st.integers(min_value=4, max_value=200),
    value=st.binary(min_size=1, max_size=8),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_no_bytes_make_it_fail(kind: str, at: int, value: bytes) -> None:
    """Whatever stands in a file, the answer is yes or no, and comes soon."""
    content = WHOLE[kind]
    with tempfile.TemporaryDirectory() as folder:
        assert whole(Path(folder), content[:at] + value + content[at + len(value) :]) in {True, False}


def test_an_empty_file_does_not(tmp_path: Path) -> None:
    """It has been made and not been written yet."""
    assert not whole(tmp_path, b"")
