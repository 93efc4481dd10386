"""What the disk says, in Chinese; and asking it, where a library tells a full disk by an error of its own."""

from __future__ import annotations

import errno
from pathlib import Path

_PROBE_BYTES = 1 << 20
_REASONS_ZH = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件超过了系统允许的大小",
    errno.EROFS: "磁盘是只读的",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "找不到文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EEXIST: "已有同名的文件或文件夹",
    errno.ENOTEMPTY: "文件夹里已有别的东西",
    errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "文件正被别的程序占用",
    errno.ESTALE: "共享文件夹断开过，请重新连接",
}


def reason_zh(error: OSError) -> str:
    """Why the disk refused, in Chinese where it is a usual reason."""
    return _REASONS_ZH.get(error.errno or 0) or error.strerror or type(error).__name__


def ask(folder: Path) -> None:
    """Write a mebibyte into ``folder`` and take it away again. Raises OSError where the disk does not take it."""
    probe = folder / ".probe"
    try:
        probe.write_bytes(bytes(_PROBE_BYTES))
    finally:
        probe.unlink(missing_ok=True)
