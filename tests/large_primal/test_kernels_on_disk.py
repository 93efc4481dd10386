"""What lies on the disk for a kernel is for one state of the whole room."""

from models.large import anneal, extend, jit, ruin


def test_kernels_close_over_the_files_of_their_room():
    for kernel in (anneal.sweep, extend.extend, ruin.rounds):
        assert [cell.cell_contents for cell in kernel.py_func.__closure__] == [jit._ROOM]


def test_another_file_of_the_room_is_another_digest(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    first = jit.sources(tmp_path)
    (tmp_path / "b.py").write_text("y = 1\n")
    second = jit.sources(tmp_path)
    (tmp_path / "b.py").write_text("y = 2\n")
    assert len({first, second, jit.sources(tmp_path)}) == 3
