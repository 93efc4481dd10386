"""Every message about the database: a function each, Chinese for the planner, never with a connection's secrets."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.faults import Fault
from siting.inputs.place import listed

_NOTHING_WRITTEN = "；数据库里什么也没有写进去"


def extra_missing(where: str) -> Fault:
    """The driver is not installed."""
    return Fault("postgis-extra", where, "没有安装 PostGIS 的驱动", "pip install 'living-circle-siting[postgis]'")


def unreachable(where: str) -> Fault:
    """No server answers there."""
    rule = "连不上数据库服务器（没有应答、拒绝连接，或主机名不对）"
    return Fault("postgis-unreachable", where, rule, "核对主机、端口和网络，确认数据库已启动")


def wrong_password(where: str) -> Fault:
    """The server refuses the user."""
    rule = "数据库不接受这个用户或密码"
    return Fault("postgis-login", where, rule, "核对用户名；密码放 ~/.pgpass（权限 600）或 PGPASSWORD，不必写进网址")


def database_missing(where: str) -> Fault:
    """The server has no such database."""
    return Fault("postgis-database", where, "服务器上没有这个库", "核对网址里的库名")


def not_connected(where: str) -> Fault:
    """The connection fails for another reason."""
    rule = "连接数据库失败（网址里的参数、服务名或加密方式不对）"
    return Fault("postgis-unreachable", where, rule, "先用 psql 以同样的网址或服务名试一次")


def extension_missing(where: str) -> Fault:
    """The database has no PostGIS."""
    return Fault("postgis-extension", where, "这个库没有 PostGIS 扩展", "请管理员在该库执行 CREATE EXTENSION postgis")


def schema_missing(where: str, there: Sequence[str]) -> Fault:
    """No such schema."""
    shown = f"（现有：{listed(list(there))}）" if there else ""
    return Fault("postgis-schema", where, f"库里没有这个模式，或无权使用{shown}", "核对模式名和权限")


def table_missing(where: str, names: Sequence[str], there: Sequence[str]) -> Fault:
    """A table that every survey needs is not in the schema."""
    shown = f"（现有：{listed(list(there))}）" if there else "（是空的）"
    return Fault("missing-table", where, f"模式里没有表 {'、'.join(names)}{shown}", "建这个表或视图，叫其中一个名字")


def geometry_twice(where: str, table: str, columns: Sequence[str]) -> Fault:
    """Several geometry columns: which one counts is not for us to say."""
    rule = f"有几个几何列（{listed(list(columns))}）"
    return Fault("geometry-twice", where, rule, "建一个只留一个几何列的视图", table)


def columns_alike(where: str, table: str, column: str) -> Fault:
    """Columns that differ by case alone."""
    return Fault("column-twice", where, "有两列只差大小写", "改名，或建一个只留一列的视图", table, None, column)


def srid_mixed(where: str, table: str, column: str, found: Sequence[int]) -> Fault:
    """Rows in different systems."""
    rule = f"各行的 SRID 不一致（{listed([str(srid) for srid in found])}）"
    return Fault("postgis-srid", where, rule, "用 ST_Transform 统一到一个坐标系", table, None, column)


def srid_unknown(where: str, schema: str, table: str, column: str, srid: int) -> Fault:
    """SRID 0, or one that nobody knows."""
    rule = "SRID 是 0，不知道坐标系" if srid == 0 else f"SRID {srid} 不是认识的坐标系"
    remedy = f"核对后执行 SELECT UpdateGeometrySRID('{schema}','{table}','{column}',4490)（按实际坐标系）"
    return Fault("postgis-srid", where, rule, remedy, table, None, column, str(srid))


def not_ours(where: str, found: Sequence[str]) -> Fault:
    """Results must not be mixed with what somebody else keeps there."""
    rule = f"这个模式里已有别的表（{listed(list(found))}），不是本程序的结果，不能写进去"
    return Fault("not-a-results-schema", where, rule, "换一个模式名；没有的模式会自动建立")


def may_not_write(where: str) -> Fault:
    """The user lacks a right."""
    rule = "这个用户无权在这里建模式或写表"
    return Fault("postgis-privilege", where, rule, "请管理员建好模式并授权：GRANT USAGE, CREATE ON SCHEMA … TO …")


def may_not_read(where: str, detail: str) -> Fault:
    """The user may not read a table."""
    return Fault("postgis-privilege", where, f"这个用户无权读取（{detail}）", "请管理员授权：GRANT SELECT ON … TO …")


def lost(where: str, writing: bool) -> Fault:
    """The connection broke off."""
    rule = "与数据库的连接中断" + ("；这次没有写完，未提交的部分由数据库撤销" if writing else "")
    return Fault("postgis-lost", where, rule, "恢复连接后重做；同一个结果重写一遍不会重复")


def timed_out(where: str, writing: bool) -> Fault:
    """Waited too long for a lock or an answer."""
    rule = "数据库太久没有应答（可能被别的操作锁住）" + (_NOTHING_WRITTEN if writing else "")
    return Fault("postgis-timeout", where, rule, "稍后再试")


def failed(where: str, state: str, detail: str, writing: bool) -> Fault:
    """Anything else that the server says."""
    rule = f"数据库报错 {state}：{detail}" + (_NOTHING_WRITTEN if writing else "")
    return Fault("postgis-error", where, rule, "把这一条告诉数据库管理员")


def run_incomplete(folder: str, missing: str) -> Fault:
    """A run's folder lacks a file that is needed here."""
    return Fault("run-incomplete", folder, f"结果文件夹里没有 {missing}", "用 siting run 重新计算这一圈")
