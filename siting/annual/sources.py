"""口径与依据: what every column means, on what it rests, and how firm that is."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.annual_rules import load_annual_rules
from scenarios.sourced import Sourced
from siting.annual.plan import AnnualPlan

SourceRow = tuple[str, str, str, str]
_DOCUMENT = "聊商务字〔2024〕23号"


def source_rows(plan: AnnualPlan) -> list[SourceRow]:
    """事项、口径、依据、性质, top to bottom."""
    return [
        *_runs(plan),
        *_columns(),
        *_rules(),
        *((i.name_zh, i.definition_zh, "本程序统计", "口径") for i in plan.indicators),
    ]


def _runs(plan: AnnualPlan) -> Iterator[SourceRow]:
    for run in plan.runs:
        circle = run.circle
        what = f"情景 {run.scenario.name}，求解器 {run.solver}，种子 {run.seed}，{run.status_zh}"
        yield (
            f"{circle.name}（{circle.id}）",
            what,
            f"求解结果 run.json；{circle.document or '未填规划文件'}",
            "模型结果",
        )
        for phase in run.phases:
            money = (phase.budget_cny, phase.carried_in_cny, phase.spent_cny, phase.left_cny)
            words = zip(("额度", "上年结转", "支出", "结余"), money, strict=True)
            told = "，".join(f"{word} {cny / 1e4:,.2f} 万元" for word, cny in words)
            yield f"{circle.name} {phase.year} 年资金", told, "分年度求解结果", "模型结果"
        if circle.simulated:
            yield (f"{circle.name} 数据", circle.simulated_note or "示意布局，非实测", "程序模拟", "模拟数据")


def _columns() -> Iterator[SourceRow]:
    yield "列", "序号至备注为通行列；年度、状态、项目编码为读回而设", load_annual_rules().columns.source, ""
    yield "建设方式", "复合利用地块为新建，房屋为改造，由网点搭载为一店多能", "本程序", "规则"
    yield "服务人口", "该业态服务人群中，步行可达该点位的居民（无论现在有无）", "步行测距", "模型结果"
    yield "新增覆盖人口", "其中现在步行不可达该业态的居民；同业态两项目可能覆盖同一批人", "步行测距", "模型结果"
    yield (
        "投资额",
        "装修＝业态装修＋分摊的房屋改造与开办；设备＝业态设备；租金＝分摊的租期内租金折现。同址业态平均分摊，分年度的由首批开业的业态分摊；报价未分列的全列装修",
        "业态目录、候选点调查表、报价表",
        "模型结果",
    )
    yield (
        "责任单位、配合单位",
        f"按业态取自{_DOCUMENT}各条所列责任单位；谁牵头、谁配合按职能选定",
        "业态目录",
        "城市文件",
    )
    yield "备注", f"{_DOCUMENT}中项目所依据的条款，及施工许可判定", _DOCUMENT, "城市文件"


def _rules() -> Iterator[SourceRow]:
    rules = load_annual_rules()
    yield _sourced("施工许可：投资额上限（元）", rules.permit.works_cny_max)
    yield _sourced("施工许可：面积上限（㎡）", rules.permit.area_m2_max)
    yield (
        "施工许可：口径",
        "同一房屋同一年度的装修工程合并计算，不含设备与租金（报价未分列的按全额）；房屋整体改造的按房屋面积",
        "五（四）",
        "规则",
    )
    yield "施工许可：原文", rules.permit.quote, f"{_DOCUMENT}五（四）", "城市文件"
    yield "施工许可：新建", rules.permit.new_build_zh, f"{_DOCUMENT}五（四）只说装饰装修工程", "假定值"
    schedule = rules.schedule
    for name, value in (
        ("开工季度：一店多能", schedule.start_addon),
        ("开工季度：改造", schedule.start_conversion),
        ("开工季度：新建", schedule.start_new_build),
        ("开工季度：当年腾退", schedule.start_released),
        ("需办许可：增加季度数", schedule.permit_quarters),
    ):
        yield _sourced(name, value)
    yield _sourced("工期一个季度：面积上限（㎡）", schedule.small_m2)
    yield _sourced("工期两个季度：面积上限（㎡）", schedule.medium_m2)
    for rule in rules.funding:
        yield "资金来源", rule.text_zh, rule.source, rule.standing.label_zh


def _sourced(name: str, value: Sourced[float] | Sourced[int]) -> SourceRow:
    return name, f"{value.value:,.10g}", value.source, value.standing.label_zh
