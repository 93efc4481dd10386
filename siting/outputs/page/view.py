"""What the page shows, as plain data: facts for the template, and the numbers that its script switches between."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siting.outputs.page.curve import curve_view
from siting.outputs.page.layers import Layers
from siting.outputs.words import SEGMENTS_ZH, gap_zh, level_status_zh, level_words, number_zh, sense_zh

Run = Mapping[str, Any]
TIERS_ZH = {"basic": "基本保障类", "public": "公共服务", "quality": "品质提升类"}
_ESTATES_NAMED = 4


@dataclass(frozen=True)
class PageView:
    """``facts`` is for the template, ``data`` (JSON) for the script; ``sites`` are the chosen sites in rank order."""

    facts: dict[str, Any]
    data: dict[str, Any]
    sites: tuple[str, ...]


def page_view(run: Run, layers: Layers, curve: Mapping[str, Any] | None = None) -> PageView:
    """The view of one run."""
    chosen = _chosen(run)
    opened = Counter(pick["type"] for pick in run["picks"])
    facts = {
        "circle": run["circle"],
        "where": "　".join(part for part in (run["circle"]["district"], run["circle"]["street_office"]) if part),
        "scenario": _scenario_zh(run["scenario"]["name"]),
        "status": run["status_zh"],
        "proven": run["status"] == "optimal",
        "cards": _cards(run["totals"]),
        "levels": [_level(level) for level in run["levels"]],
        "ranking": [_site(run, site, n) for n, site in enumerate(chosen, start=1)],
        "forced": [_forced(entry) for entry in run["forced"]],
        "has_years": any(pick["year"] for pick in run["picks"]),
        "gaps": [_gap(row, opened[row["type_id"]]) for row in run["gaps"]["rows"]],
        "left": list(_left(run, opened)),
        "refusals": _refusals(run),
        "parameters": run.get("parameters", []),
        "settings": _settings(run["scenario"]),
        "notes": [*run["notes"], *run["gaps"]["contradictions"]],
        "inputs": run["inputs"],
        "program": run["program"],
        "solver": run["solver"],
        "seed": run["seed"],
        "tiers": [
            (word, [(row["type_id"], row["name_zh"]) for row in run["gaps"]["rows"] if row["tier"] == tier])
            for tier, word in TIERS_ZH.items()
        ],
        "segments": list(SEGMENTS_ZH.items()),
        "has_map": layers.has_map,
        "has_boundary": bool(layers.boundary),
        "curve": None if curve is None else curve_view(curve),
    }
    return PageView(facts, _switch_data(run, layers, chosen), chosen)


def _scenario_zh(name: str) -> str:
    """The scenario that nobody chose has a Chinese word; others keep the name that they were given."""
    return "基准（base）" if name == "base" else name


def _chosen(run: Run) -> tuple[str, ...]:
    """Chosen places in the order of the picks (rank order)."""
    return tuple(dict.fromkeys(pick["site"] for pick in run["picks"]))


def _cards(totals: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    before, after = totals["basic_complete_share_before"], totals["basic_complete_share_after"]
    return [
        ("新增覆盖", number_zh(totals["residents_newly_covered"]), "人次（各业态相加）"),
        ("受益居民", number_zh(totals["residents_with_more"]), "人（每人计一次）"),
        ("补齐缺失网点", f"{totals['missing_types_filled']} / {totals['missing_types_total']}", "个（基本保障类）"),
        ("基本业态配齐率", f"{before:.0%} → {after:.0%}", ""),
        ("启用点位", number_zh(totals["sites_used"]), f"处，新设 {totals['outlets_opened']} 个网点"),
        ("总投入", number_zh(totals["cost_cny"]), "元"),
    ]


def _level(level: Mapping[str, Any]) -> dict[str, Any]:
    words = level_words(level["name"])
    return {
        "name": words.name_zh,
        "sense": f"{sense_zh(level['sense'])}，{words.unit_zh}",
        "incumbent": number_zh(level["incumbent"], words.decimals),
        "bound": number_zh(level["bound"], words.decimals),
        "gap": gap_zh(level["mip_gap"]),
        "status": level_status_zh(level["status"], level["mip_gap"]),
        "proven": level["status"] == "optimal",
    }


def _site(run: Run, site: str, rank: int) -> dict[str, Any]:
    picks = [pick for pick in run["picks"] if pick["site"] == site]
    ranked = next((entry for entry in run["ranking"] if entry["site_id"] == site), None)
    return {
        "rank": rank,
        "id": site,
        "name": picks[0]["site_name"],
        "types": "、".join(_pick_name(pick) for pick in picks),
        "cost": number_zh(sum(pick["cost"] for pick in picks)),
        "years": "、".join(sorted({str(pick["year"]) for pick in picks if pick["year"]})),
        "gain": number_zh(sum(pick["residents_by_segment"].get("all", 0.0) for pick in picks)),
        "reasons": [*_served_reasons(run, picks), *_loss_reasons(ranked)],
        "checks": sorted({check for pick in picks for check in pick["check_on_site"]}),
    }


def _pick_name(pick: Mapping[str, Any]) -> str:
    return f"{pick['type_zh']}（{pick['host_zh']}搭载）" if pick["host"] else str(pick["type_zh"])


def _served_reasons(run: Run, picks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    names = {row["id"]: row["name"] or row["id"] for row in run["demand"]}
    for pick in picks:
        rows = [s for s in run["served"] if (s["site_id"], s["type_id"]) == (pick["site"], pick["type"])]
        people = sum(row["residents"] for row in rows)
        if not rows:
            yield f"{pick['type_zh']}：补齐数量，没有新走到的居民"
            continue
        rows.sort(key=lambda row: (-row["residents"], row["demand_id"]))
        estates = list(dict.fromkeys(names[row["demand_id"]] for row in rows))
        more = f"等 {len(estates)} 处" if len(estates) > _ESTATES_NAMED else ""
        yield f"{pick['type_zh']}：{'、'.join(estates[:_ESTATES_NAMED])}{more}的 {number_zh(people)} 人新走得到"


def _loss_reasons(ranked: Mapping[str, Any] | None) -> Iterator[str]:
    if ranked is None:
        return
    if not ranked["feasible"]:
        yield "不用它就没有可行方案"
        return
    lost = [
        f"{level_words(name).name_zh}变差 {number_zh(loss, level_words(name).decimals)} {level_words(name).unit_zh}"
        + ("" if name in ranked["proven_levels"] else "（未证明）")
        for name, loss in ranked["losses"].items()
        if loss and loss > 1e-6
    ]
    yield "不用它：" + ("；".join(lost) if lost else "各级目标都不变，可以互换")
    if ranked["steps_in"]:
        yield f"由 {'、'.join(ranked['steps_in'])} 顶替"


def _forced(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": entry["site_id"],
        "types": "、".join(entry["types_zh"]),
        "reason": "；".join(_loss_reasons(dict(entry) | {"steps_in": ()})).replace("不用它：", "一定要用它：")
        if entry["feasible"]
        else "放不进任何可行方案",
        "out": "、".join(entry["steps_out"]),
    }


def _gap(row: Mapping[str, Any], opened: int) -> dict[str, Any]:
    return {
        "name": row["name_zh"],
        "tier": TIERS_ZH[row["tier"]],
        "have": f"{row['outlets']} / {row['required']}",
        "missing": row["status_zh"] if row["status"] == "unknown" else row["missing_outlets"],
        "opened": opened,
        "share": f"{row['share_in_reach']:.0%}",
        "status": row["status_zh"],
        "lacks": row["status"] != "met",
    }


def _left(run: Run, opened: Mapping[str, int]) -> Iterator[str]:
    """Basic types that the plan leaves short, and how many rooms the rules keep from them, with the nearest example."""
    for row in run["gaps"]["rows"]:
        short = row["missing_outlets"] - opened[row["type_id"]]
        if row["tier"] != "basic" or row["status"] == "unknown" or short <= 0:
            continue
        refused = [refusal for refusal in run["refusals"] if refusal["type_id"] == row["type_id"]]
        places = len({refusal["site_id"] for refusal in refused})
        why = f"；{places} 处不能设，例如 {refused[0]['site_id']}：{refused[0]['reason_zh']}" if refused else ""
        yield f"{row['name_zh']}还缺 {short} 个{why}"


def _refusals(run: Run) -> list[tuple[str, int]]:
    """Sites refused altogether by reason, then how many pairs each rule refused."""
    counts = Counter(refusal["code"] for refusal in run["refusals"])
    example = {refusal["code"]: refusal for refusal in reversed(run["refusals"])}
    return [
        (f"例如 {example[code]['site_id']}：{example[code]['reason_zh']}", count)
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _settings(scenario: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []

    def walk(values: Mapping[str, Any], prefix: str) -> None:
        for key, value in values.items():
            if isinstance(value, Mapping) and value:
                walk(value, f"{prefix}{key}.")
            else:
                found.append((f"{prefix}{key}", _setting_zh(value), scenario["origin"].get(f"{prefix}{key}", "")))

    walk(scenario["values"], "")
    return found


def _setting_zh(value: Any) -> str:
    if value is None:
        return "不限"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(item) for item in value) or "（无）"
    return "（无）" if value == {} else str(value)


def _switch_data(run: Run, layers: Layers, chosen: Sequence[str]) -> dict[str, Any]:
    """Demand points, and for each type the numbers of those in reach before and newly after."""
    number = {row["id"]: n for n, row in enumerate(run["demand"])}
    newly: dict[str, set[int]] = defaultdict(set)
    for row in run["served"]:
        newly[row["type_id"]].add(number[row["demand_id"]])
    points = layers.points.get("demand", {})
    return {
        "demand": [{**row, "xy": points.get(row["id"])} for row in run["demand"]],
        "types": [
            {
                "id": row["type_id"],
                "name": row["name_zh"],
                "basic": row["tier"] == "basic",
                "segment": row["segment"],
                "before": [number[i] for i in run["covered"].get(row["type_id"], ())],
                "after": sorted(newly[row["type_id"]]),
            }
            for row in run["gaps"]["rows"]
        ],
        "segments": SEGMENTS_ZH,
        "sites": [{"id": site, "n": n} for n, site in enumerate(chosen)],
    }
