"""A file is written whole or not at all."""

import errno
import os
import stat
import sys

import pytest

from hesscli.errors import HesscliError
from hesscli.output import write
from hesscli.output.write import clean_up, target


def test_a_file_appears_only_at_the_end(tmp_path):
    path = tmp_path / "out.json"
    with target(str(path)) as stream:
        stream.write(b"whole")
        stream.flush()
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["out.json"]


def test_nothing_is_left_after_a_failure(tmp_path):
    path = tmp_path / "out.json"
    path.write_bytes(b"old")

    def fail():
        with target(str(path)) as stream:
            stream.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.json"]


def test_an_interruption_cleans_up(tmp_path):
    def interrupted():
        with target(str(tmp_path / "out")) as stream:
            stream.write(b"part")
            clean_up()  # what the signal's handler calls before it ends the process
            assert os.listdir(tmp_path) == []

    with pytest.raises(HesscliError):
        interrupted()
    assert not write._unfinished


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path):
    path, mask = tmp_path / "out", os.umask(0o027)
    try:
        with target(str(path)):
            pass
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        with target(str(path)):
            pass
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
    finally:
        os.umask(mask)


def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    with target(str(link)) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["missing/out", "", "."])
def test_what_cannot_be_written_is_said_at_once(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HesscliError, match="cannot write") as caught, target(name):
        pytest.fail("the block must not start")
    assert caught.value.code == "output"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs the device that is always full")
def test_a_full_disk_is_an_error_not_a_traceback():
    with pytest.raises(HesscliError, match="No space left"), target("/dev/full") as stream:
        stream.write(b"x" * 100_000)


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HesscliError, match="No space left"), target(str(tmp_path / "out")) as stream:
        stream.write(b"x")
    assert os.listdir(tmp_path) == []


def test_standard_output_may_be_closed(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(HesscliError, match="it is closed"), target(None):
        pytest.fail("the block must not start")


def test_a_reader_that_has_gone_is_not_an_error_of_the_file(monkeypatch):
    class Gone:
        closed = False

        @property
        def buffer(self):
            return self

        def write(self, _):
            raise BrokenPipeError

        def flush(self):
            return None

    monkeypatch.setattr(sys, "stdout", Gone())
    with pytest.raises(BrokenPipeError), target(None) as stream:
        stream.write(b"x")
