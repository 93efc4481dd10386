"""Typer in Chinese: help pages, usage errors, and the one place where exceptions become exit codes."""

from __future__ import annotations

import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from typer.core import TyperCommand, TyperGroup

from scenarios.faults import shorten
from siting.cli.screen import columns_of, print_json, reconfigure, safe
from siting.cli.usage import usage_zh
from siting.failures import ExitCode


class ChineseHelp:
    """Writes help pages in Chinese; mixed into commands and groups."""

    params: list[Any]
    help: str | None

    def get_usage(self, ctx: Any) -> str:
        """One line: 用法."""
        arguments = [_argument_name(p) for p in self.params if p.param_type_name == "argument"]
        tail = ["命令 …"] if hasattr(self, "commands") else arguments
        return " ".join([f"用法：{ctx.command_path}", "[选项]", *tail])

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The whole page: usage, what the command does, arguments, options, commands."""
        formatter.write(self.get_usage(ctx) + "\n\n")
        for line in (self.help or "").strip().splitlines():
            formatter.write(f"{line.strip()}\n")
        visible = [p for p in self.get_params(ctx) if not getattr(p, "hidden", False)]  # type: ignore[attr-defined]
        arguments = [p for p in visible if p.param_type_name == "argument"]
        options = [p for p in visible if p.param_type_name == "option"]
        _block(formatter, "参数", [(_argument_name(p), p.help or "") for p in arguments])
        _block(formatter, "选项", [(_option_names(p), _option_help(p)) for p in options])
        commands = getattr(self, "commands", {})
        _block(formatter, "命令", [(name, _first_line(c.help)) for name, c in commands.items() if not c.hidden])


class ChineseCommand(ChineseHelp, TyperCommand):
    """A command with a Chinese help page."""


class ChineseGroup(ChineseHelp, TyperGroup):
    """The program: help in Chinese, every exception told in Chinese with its exit code."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run the command line and exit; ``prog_name`` is always ``siting``. A traceback only where ``-v`` asks."""
        del prog_name
        words = list(sys.argv[1:] if args is None else args)
        reconfigure()
        _terminate_like_ctrl_c()
        sys.exit(self._code(words, extra))

    def _code(self, words: list[str], extra: dict[str, Any]) -> int:
        extra.pop("standalone_mode", None)
        try:
            result = super().main(args=words, prog_name="siting", standalone_mode=False, **extra)
        except KeyboardInterrupt:
            return _end(words, ExitCode.INTERRUPTED, "interrupted", "已中断；已完成的生活圈保留，未完成的没有写入。")
        except Exception as error:
            return _told(error, words)
        code = int(result) if isinstance(result, int) else 0
        if code == ExitCode.INTERRUPTED:
            return _end(words, ExitCode.INTERRUPTED, "interrupted", "已中断；已完成的生活圈保留，未完成的没有写入。")
        return code


def _terminate_like_ctrl_c() -> None:
    """SIGTERM ends the workers and tidies up as Ctrl-C does."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _told(error: Exception, words: list[str]) -> int:
    names = {c.__name__ for c in type(error).__mro__}
    if "Exit" in names:
        return int(getattr(error, "exit_code", 0))
    if "Abort" in names:
        return _end(words, ExitCode.INTERRUPTED, "interrupted", "已中断。")
    if "ClickException" in names or "UsageError" in names:
        return _end(words, ExitCode.USAGE, "usage", usage_zh(error), _hint(error))
    if "-v" in words or "--verbose" in words:
        print(safe(traceback.format_exc()), file=sys.stderr)
        hint = ""
    else:
        hint = "加 -v 可看到详细的出错位置。"
    message = f"程序内部错误：{type(error).__name__}：{shorten(str(error))}"
    return _end(words, ExitCode.INTERNAL, "internal_error", message, hint)


def _end(words: list[str], code: ExitCode, status: str, message: str, hint: str = "") -> int:
    print(f"错误：{safe(message)}" if code != ExitCode.INTERRUPTED else safe(message), file=sys.stderr)
    if hint:
        print(safe(hint), file=sys.stderr)
    if "--json" in words:
        head = {"command": _command(words), "status": status, "exit_code": int(code)}
        print_json(head | {"circles": [], "faults": [], "message": message})
    return int(code)


def _command(words: list[str]) -> str:
    return next((w for w in words if not w.startswith("-")), "")


def _hint(error: Any) -> str:
    ctx = getattr(error, "ctx", None)
    if ctx is None:
        return "用 siting --help 查看用法。"
    return f"{ctx.command.get_usage(ctx)}\n用 {ctx.command_path} --help 查看说明。"


def _argument_name(param: Any) -> str:
    name = param.metavar or param.name
    return name if param.required or name.startswith("[") else f"[{name}]"


def _option_names(param: Any) -> str:
    if getattr(param, "is_flag", False) or getattr(param, "count", False):
        metavar = ""
    else:
        metavar = f" {param.metavar}" if param.metavar else ""
    return ", ".join(sorted(param.opts, key=len)) + metavar


def _option_help(param: Any) -> str:
    if param.name == "help":
        return "显示本说明。"
    return str(param.help or "")


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def _block(formatter: Any, title: str, rows: list[tuple[str, str]]) -> None:
    if not rows:
        return
    widest = max(columns_of(name) for name, _ in rows)
    formatter.write(f"\n{title}：\n")
    for name, text in rows:
        formatter.write(f"  {name}{' ' * (widest - columns_of(name) + 2)}{text}\n")
