"""Usage errors in Chinese.

They are told apart by the names of their classes and by their words, because typer has carried click under two names.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

_MEANT_ZH = "，是不是想写“{}”？"


def usage_zh(error: Any) -> str:
    """A usage error in one Chinese sentence."""
    message = str(getattr(error, "message", error))
    teller = _TELLERS.get(type(error).__name__, _by_words)
    return teller(error, message)


def _no_such_option(error: Any, _message: str) -> str:
    known = list(getattr(error, "possibilities", None) or ())
    near = difflib.get_close_matches(error.option_name, known, n=1, cutoff=0.7)
    return f"没有选项“{error.option_name}”" + (_MEANT_ZH.format(near[0]) if near else "。")


def _missing(error: Any, _message: str) -> str:
    return f"缺少{_parameter_name(error) or '参数'}。"


def _bad_value(error: Any, message: str) -> str:
    what = _parameter_name(error)
    return f"{what}的值不对：{_reason(message)}" if what else _reason(message)


def _option_usage(error: Any, message: str) -> str:
    fault = "不带值。" if "does not take" in message else "后面缺少值。"
    return f"选项“{error.option_name}”{fault}"


def _no_such_command(error: Any, message: str) -> str:
    name = message.split("'")[1] if message.count("'") >= 2 else ""
    ctx = getattr(error, "ctx", None)
    known = list(getattr(ctx.command, "commands", {})) if ctx is not None else []
    near = difflib.get_close_matches(name, known, n=1)
    listed = f"。可用的命令：{'、'.join(known)}。" if known else "。"
    return f"没有命令“{name}”" + (_MEANT_ZH.format(near[0]) if near else listed)


def _by_words(error: Any, message: str) -> str:
    if message.startswith("No such command"):
        return _no_such_command(error, message)
    if "unexpected extra argument" in message:
        return f"多余的参数：{message.rpartition('(')[2].rstrip(').')}。"
    if message.startswith("Missing command"):
        return "缺少命令。"
    return message if not message.isascii() else f"用法不对：{message}"


_TELLERS: dict[str, Callable[[Any, str], str]] = {
    "NoSuchOption": _no_such_option,
    "NoSuchCommand": _no_such_command,
    "MissingParameter": _missing,
    "BadParameter": _bad_value,
    "BadOptionUsage": _option_usage,
}


def _parameter_name(error: Any) -> str:
    hint = getattr(error, "param_hint", None)
    param = getattr(error, "param", None)
    if param is None:
        return f"“{hint}”" if hint else ""
    if param.param_type_name == "argument":
        return f"参数“{param.metavar or param.name}”"
    return f"选项“{max(param.opts, key=len)}”"


def _reason(message: str) -> str:
    """What is wrong with a value: our own messages as they stand, typer's in few words."""
    return "不合规定。" if message.isascii() else message
