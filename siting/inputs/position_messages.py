"""Every message about positions, datums and layers, in one place: a function each, Chinese for the planner."""

from __future__ import annotations

from scenarios.faults import Fault
from siting.inputs.formats import DATABASE_COPY, format_of
from siting.inputs.place import Place

DATUM_LABELS_ZH = {
    "wgs84": "WGS84",
    "cgcs2000": "CGCS2000（经纬度）",
    "gcj02": "GCJ-02（高德、腾讯）",
    "bd09": "BD-09（百度）",
}
DATUM_NAMES_ZH = "wgs84、cgcs2000、gcj02、bd09 或 epsg:4548 一类"


def datum_missing(place: Place) -> Fault:
    """Coordinates, but no word on what they are in."""
    remedy = f"在 circle.toml 写 datum（{DATUM_NAMES_ZH}）；弄错会偏几百米"
    return place.error("datum-missing", "用到了坐标，却没有声明坐标基准", remedy)


def unknown_datum(place: Place) -> Fault:
    """A datum that is not known."""
    return place.error("unknown-datum", "不认识的坐标基准", f"填 {DATUM_NAMES_ZH}")


def datum_twice(place: Place) -> Fault:
    """``datum`` and ``epsg`` say different things."""
    return place.error("datum-twice", "datum 与 epsg 不一致", "只写其中一个")


def workbook_datum(place: Place, own: str, circle: str) -> Fault:
    """The workbook names another datum than the circle: its own counts."""
    rule = f"本工作簿的坐标按 {_label(own)} 读，circle.toml 的坐标基准是 {_label(circle)}"
    return place.warning("workbook-datum", rule, "如应一致，请在这里选“同 circle.toml”，或改 circle.toml 的 datum")


def workbook_datum_twice(place: Place, said: str) -> Fault:
    """The workbook and ``[datums]`` disagree."""
    rule = f"与 circle.toml 的 [datums] 不一致（那里是 {_label(said)}）"
    return place.error("datum-twice", rule, "只在一处写明，或改成一致")


def datum_for_unknown_file(place: Place, nearest: str) -> Fault:
    """``[datums]`` names a file that is not there."""
    return place.error(
        "unknown-key", "[datums] 所指的文件不在文件夹里", f"是否指 {nearest}" if nearest else "核对文件名"
    )


def datum_outside_china(place: Place, datum: str) -> Fault:
    """GCJ-02 and BD-09 exist in China only."""
    rule = f"声明为 {_label(datum)}，但这些点不在中国境内"
    return place.error("datum-outside-china", rule, "核对坐标基准，境外数据一般为 wgs84")


def blank_position(place: Place) -> Fault:
    """No coordinates where they are needed."""
    return place.error("blank-position", "没有坐标", "填上坐标；若已有步行距离，可提供 distances.csv 而不填坐标")


def missing_position_columns(place: Place) -> Fault:
    """No coordinate columns, or one of a pair."""
    rule = "缺少坐标列（经度和纬度，或 x 和 y）"
    return place.error("missing-column", rule, "补上两列坐标；若已有步行距离，可提供 distances.csv")


def no_geometry(place: Place) -> Fault:
    """A feature without geometry."""
    return place.error("no-geometry", "要素没有几何位置", "补画该要素，或删去该行")


def not_a_point(place: Place, kind: str) -> Fault:
    """A line where a point must be."""
    return place.error("not-a-point", f"几何类型是 {kind}，应为点或面", "改为点图层")


def swapped(place: Place, count: int, rows: int) -> Fault:
    """Longitude in the latitude column, or northing for easting."""
    rule = "两个坐标写反了（经度与纬度，或东坐标与北坐标）" + _of(count, rows)
    remedy = "对调两列" if format_of(place.file) is None else "对调两列，或在 GIS 软件里对调坐标轴后重新导出"
    return place.error("swapped-lon-lat", rule, remedy)


def metres_as_degrees(place: Place, count: int, rows: int) -> Fault:
    """Numbers in metres under a datum in degrees."""
    rule = "声明的是经纬度，数值却像是以米为单位的投影坐标" + _of(count, rows)
    return place.error("metres-as-degrees", rule, f"{_rewrite(place, 'epsg:…')}（聊城一般为 epsg:4548）")


def degrees_as_metres(place: Place, count: int, rows: int) -> Fault:
    """Numbers in degrees under a datum in metres."""
    rule = "声明的是以米为单位的投影坐标，数值却像经纬度" + _of(count, rows)
    remedy = f"{_rewrite(place, 'cgcs2000')}，或 wgs84、gcj02、bd09"
    return place.error("degrees-as-metres", rule, remedy)


def zone_prefix(place: Place, epsg: int | None, count: int, rows: int) -> Fault:
    """The easting carries a zone number that the declared CRS does not have."""
    remedy = _rewrite(place, f"epsg:{epsg}") if epsg else "核对投影带号，改写 datum"
    return place.error("zone-prefix", "东坐标前面带有投影带号，与声明的坐标系不符" + _of(count, rows), remedy)


def zone_prefix_missing(place: Place, epsg: int | None, count: int, rows: int) -> Fault:
    """The declared CRS wants a zone number in front, and the easting has none."""
    remedy = _rewrite(place, f"epsg:{epsg}") if epsg else "核对投影带号，改写 datum"
    return place.error("zone-prefix", "声明的坐标系要求东坐标带投影带号，数值却没有带号" + _of(count, rows), remedy)


def coordinate_range(place: Place, count: int, rows: int) -> Fault:
    """Nowhere that the datum reaches."""
    return place.error("coordinate-range", "坐标超出声明的坐标系的范围" + _of(count, rows), "核对坐标和坐标基准")


def wrong_datum(place: Place, declared: str, better: str, evidence: str, is_sure: bool) -> Fault:
    """Another datum brings the points to the streets, or into the boundary; only a warning where that may be chance."""
    rule = f"声明为 {_label(declared)}，但按 {_label(better)} 读更合（{evidence}）"
    key = place.file.replace('"', "")
    remedy = (
        f'核对来源；若确是 {better}，在 circle.toml 的 [datums] 写 "{key}" = "{better}"；也可能是道路或边界的基准写错'
        + _traced(declared)
    )
    return (place.error if is_sure else place.warning)("wrong-datum", rule, remedy)


def _traced(declared: str) -> str:
    """A street traced on a shifted web map is labelled WGS84 by the GIS program, and must be told apart."""
    if declared not in ("gcj02", "bd09"):
        return ""
    return f'：照高德、百度地图描的道路，GIS 软件会标成 WGS84，这时写 "streets.gpkg" = "{declared}"'


def outside_boundary(place: Place, inside: int, rows: int) -> Fault:
    """Most demand points lie outside the boundary."""
    rule = f"{rows} 个居民点中只有 {inside} 个在边界内"
    return place.warning("outside-boundary", rule, "核对边界文件及其坐标基准，或核对居民点的坐标")


def far_from_streets(place: Place, metres: float, count: int, rows: int) -> Fault:
    """Kilometres away from every street."""
    rule = f"离最近的道路 {metres / 1000:.1f} 公里，超过 2 公里" + _of(count, rows)
    return place.error("far-from-streets", rule, "核对坐标；若属实，补全道路图层")


def missing_layer(place: Place) -> Fault:
    """No lines in streets.gpkg."""
    return place.error("missing-layer", "没有线图层", "把道路导出为线图层，图层名 streets")


def empty_layer(place: Place) -> Fault:
    """A layer without a usable feature."""
    return place.error("empty-layer", "图层里没有可用的要素", "重新导出该图层")


def wrong_geometry(place: Place, wanted: str) -> Fault:
    """A layer with the wrong kind of geometry."""
    return place.error("wrong-geometry", f"几何类型不对，应为{wanted}", "重新导出该图层")


def skipped_features(place: Place, count: int, wanted: str) -> Fault:
    """Features of another kind, left out."""
    return place.warning("skipped-features", f"有 {count} 个要素不是{wanted}，已略去", "如属误画请删去，否则不必处理")


def layer_range(place: Place) -> Fault:
    """Coordinates that do not fit the layer's CRS."""
    return place.error(
        "coordinate-range", "图层坐标超出其坐标系的范围", "核对图层的坐标系（是否把米当作了度），重新导出"
    )


def _label(datum: str) -> str:
    return DATUM_LABELS_ZH.get(datum, datum.upper())


def _rewrite(place: Place, datum: str) -> str:
    """Where to say another datum: a table takes the circle's, a layer that declares its own needs a line for itself."""
    if format_of(place.file) is None:
        return f'在 circle.toml 改写 datum = "{datum}"'
    if place.file == DATABASE_COPY:
        return f"在数据库里改正这个表的 SRID，应为 {datum}（UpdateGeometrySRID）"
    key = place.file.replace('"', "")
    return f'在 GIS 软件里改正图层的坐标系，或在 circle.toml 的 [datums] 写 "{key}" = "{datum}"'


def _of(count: int, rows: int) -> str:
    return f"（{rows} 行中有 {count} 行如此）" if count > 1 else ""
