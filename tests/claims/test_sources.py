"""Reading the texts of sources: exactly as they are, and only inside their folder."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from magkg.claims.sources import SourceTexts, from_setting
from magkg.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "texts"
    made.mkdir()
    (made / "fox.txt").write_bytes("A fox.\r\nE\u0301lan\u2028x\r".encode())
    (tmp_path / "secret.txt").write_text("not for you")
    return made


def test_a_text_is_given_as_it_is(folder: Path) -> None:
    texts = SourceTexts(folder)
    assert texts.text("fox") == "A fox.\r\nE\u0301lan\u2028x\r"
    assert texts.sha256("fox") == sha256((folder / "fox.txt").read_bytes()).hexdigest()


def test_a_byte_order_mark_is_a_character(folder: Path) -> None:
    (folder / "marked.txt").write_bytes(b"\xef\xbb\xbfa")
    assert SourceTexts(str(folder)).text("marked") == "\ufeffa"


def test_an_empty_file_is_an_empty_text(folder: Path) -> None:
    (folder / "empty.txt").touch()
    assert SourceTexts(folder).text("empty") == ""


def test_a_source_that_is_not_at_hand(folder: Path) -> None:
    texts = SourceTexts(folder)
    assert texts.text("wolf") is None
    assert texts.sha256("wolf") is None


def test_known_lists_the_texts_of_the_folder(folder: Path) -> None:
    (folder / "notes.md").write_text("x")
    (folder / "folder.txt").mkdir()
    (folder / "old").mkdir()
    (folder / "old" / "vole.txt").write_text("x")
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "good.txt").symlink_to(folder / "fox.txt")
    texts = SourceTexts(folder)
    assert texts.known() == ["fox", "good", "old/vole"]
    assert texts.text("old/vole") == "x"
    assert texts.text("good") == texts.text("fox")


def test_bytes_that_are_not_utf8_are_named_with_their_offset(folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"one\ntwo \xe9t\xe9")
    with pytest.raises(InputError) as caught:
        SourceTexts(folder).text("bad")
    assert str(caught.value).startswith(
        f"{folder / 'bad.txt'}:2: this is not UTF-8: byte 0xe9 at offset 8"
    )
    assert caught.value.file == str(folder / "bad.txt")
    assert SourceTexts(folder).sha256("bad")  # of bytes, so it needs no decoding


@pytest.mark.parametrize("half", [b"\xff\xfea\x00", b"a\xed\xa0\x80", b"a\xc0\xaf", b"ab\xe6\xbc"])
def test_utf16_surrogates_overlong_and_cut_off_bytes_are_refused(folder: Path, half: bytes) -> None:
    (folder / "bad.txt").write_bytes(half)
    with pytest.raises(InputError, match="not UTF-8"):
        SourceTexts(folder).text("bad")


@pytest.mark.parametrize(
    "slug",
    ["../secret", "..", "a/../../secret", "/etc/passwd", "", ".", "a//b", "a\0b", "..\\secret"],
)
def test_a_slug_that_leaves_the_folder_is_refused(folder: Path, slug: str) -> None:
    with pytest.raises(InputError, match="leads out of the folder") as caught:
        SourceTexts(folder).text(slug)
    assert repr(slug) in str(caught.value)


def test_a_link_that_leaves_the_folder_is_refused(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "up").symlink_to(folder.parent)
    for slug in ("link", "up/secret"):
        with pytest.raises(InputError, match="leads out of the folder"):
            SourceTexts(folder).text(slug)


def test_the_folder_itself_may_be_a_link(folder: Path) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert SourceTexts(link).text("fox")


def test_a_folder_or_a_pipe_in_the_place_of_a_text(folder: Path) -> None:
    (folder / "made.txt").mkdir()
    os.mkfifo(folder / "pipe.txt")
    for slug in ("made", "pipe"):
        with pytest.raises(InputError, match=r"\.txt: this is not a file"):
            SourceTexts(folder).text(slug)


def test_what_the_system_cannot_open_is_one_error(folder: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        SourceTexts(folder).text("x" * 300)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    with pytest.raises(InputError, match="cannot be read"):
        SourceTexts(folder).text("loop")


def test_a_file_without_permission(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    # Not by chmod: tests may run as root, who may read everything.
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(InputError, match=r"fox\.txt: cannot be read: Permission denied"):
        SourceTexts(folder).text("fox")


@pytest.mark.parametrize("name", ["nowhere", "fox.txt", "a\0b", "x" * 300])
def test_a_folder_that_is_none_is_refused(folder: Path, name: str) -> None:
    expected = "not a folder" if name == "fox.txt" else "no such folder"
    with pytest.raises(InputError, match=expected) as caught:
        SourceTexts(folder / name)
    assert "--sources" in caught.value.hint


def test_the_setting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAGKG_SOURCES", raising=False)
    assert from_setting(None) is None
    monkeypatch.setenv("MAGKG_SOURCES", "")
    assert from_setting() is None
    monkeypatch.setenv("MAGKG_SOURCES", str(folder / "nowhere"))
    with pytest.raises(InputError, match="no such folder"):
        from_setting()
    named = from_setting(str(folder))  # the option goes first
    assert named is not None
    assert named.known() == ["fox"]
    with pytest.raises(InputError, match="no such folder"):
        from_setting("")
