"""``scenario.toml`` of a new circle: every key of a scenario with what it means; all but the name is commented out.

A key takes effect once its ``#`` is taken away. The samples are the program's defaults where there are any.
"""

from __future__ import annotations

from collections.abc import Iterator

from siting.generator.toml_text import toml_text

_Key = tuple[str, str, str]

SECTIONS: tuple[tuple[str, str, tuple[_Key, ...]], ...] = (
    (
        "budget",
        "资金，单位都是元；不写就不限。投资 = 开办、改造、装修、设备，加折现租金",
        (
            ("capital_cny", "3_000_000", "投资预算，元"),
            ("subsidy_cny_year", "200_000", "每年的运营补贴上限，元"),
            ("include_rent", "true", "预算里算不算租金；false 表示只管建设"),
            ("lease_years", "3", "租金算几年"),
            ("discount_rate", "0.03", "租金的年折现率"),
        ),
    ),
    (
        "objective",
        "目标，写在前面的先做到最好，后面的不得损害前面的",
        (
            (
                "levels",
                '["missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost"]',
                "补缺、基本保障类覆盖、均衡、公共服务覆盖、品质提升类覆盖、投入；"
                "另有 walking 步行总量、farthest_walk 最远步行、sites 点位数",
            ),
            ("equity_share", "0.1", "“均衡”看最薄弱的几成居民"),
            ("weights", '{ "养老服务中心" = 2.0 }', "某业态的新增覆盖按几倍计，不写按 1"),
            ("missing_weights", '{ "菜市场" = 2.0 }', "某业态补一个缺口按几个计，不写按 1"),
        ),
    ),
    (
        "limits",
        "数量上限；不写就不限",
        (
            ("max_sites", "8", "最多启用几个点位"),
            ("max_outlets", "20", "最多新设几个网点（一店多能的搭载不算）"),
        ),
    ),
    (
        "coverage_floor",
        "覆盖底线：某业态至少要让几成服务人群步行可达，左边写业态",
        (('"药店"', "0.6", "六成居民步行可达药店"),),
    ),
    (
        "lock",
        "锁定，写候选点编号，或“编号:业态”",
        (
            ("in", '["S1", "S2:药店"]', "必须启用的点位、必须设的业态；写“S2:药店@2026”并指定年份"),
            ("out", '["S3"]', "不许启用的点位、不许设的业态"),
        ),
    ),
    (
        "walking",
        "步行",
        (
            ("adult_m_s", "1.2", "成人步速，米/秒"),
            ("elderly_m_s", "0.8", "老年人步速，米/秒"),
            ("max_access_m", "150", "离道路最远多少米还算接得上，米"),
        ),
    ),
    (
        "catalogue",
        "只考虑哪些业态",
        (("only", '["药店", "洗染店"]', "不写就是全部业态"),),
    ),
    (
        "sites",
        "哪些候选点参加",
        (
            (
                "forbidden_kinds",
                '["地下室"]',
                "不用哪几类：闲置房屋、老旧小区公共用房、地下室、整治改造用房、复合利用地块",
            ),
            ("withdrawn_share", "0.0", "随机撤去几成点位，试探结论稳不稳"),
        ),
    ),
    (
        "hosts",
        "一店多能：一个网点搭载其他服务，不另占房屋",
        (
            ("new", "false", "新设的网点可不可以搭载"),
            ("existing", "false", "现有的网点可不可以搭载"),
            ("spare_share", "0.1", "一个网点最多拿出几成面积来搭载"),
        ),
    ),
    (
        "assignment",
        "按分配：居民只算给一个网点，网点有接待上限",
        (("types", '["老年食堂(助餐)"]', "对哪些业态按分配计算"),),
    ),
    (
        "phases",
        "分年度的投资预算，元；左边写年份",
        (("2026", "1_500_000", "2026 年的投资预算，元"),),
    ),
    (
        "phasing",
        "分年度时怎么算",
        (
            ("carry_over", "true", "当年没用完的预算可不可以留到下一年"),
            ("later_year_worth", "0.9", "晚一年受益按几折计；1 表示只看最后结果"),
        ),
    ),
    (
        "city",
        "几个圈一本账（siting run --city）；单独一个圈时不起作用",
        (
            ("capital_cny", "30_000_000", "全市资金，元；不写就是各圈预算相加"),
            ("capital_per_circle_cny", "2_000_000", "或者写每圈平均多少元（写了上一行就不用它）"),
            ("district_share", '{ "东昌府区" = { least = 0.2, most = 0.6 } }', "某区至少占支出、至多占资金的几成"),
        ),
    ),
    (
        "solver",
        "求解器",
        (
            ("name", '"highs"', "highs、large、auto（按规模选前两者）、cpsat、cbc，或 PuLP 能驱动的其他求解器"),
            ("time_limit_s", "60", "每一级目标最多算几秒"),
            ("mip_gap", "0.0001", "间隙小于多少就算证明了最优"),
        ),
    ),
    (
        'types."药店"',
        "改某个业态的参数，引号里写业态；可改的键见结果里的“参数与来源”",
        (
            ("walk_min", "8", "步行几分钟内算可达；或写 radius_m，直接给米数"),
            ("area_m2", "80", "需要的建筑面积，平方米"),
            ("min_catchment", "1000", "至少要有多少居民才开得下去，人"),
        ),
    ),
)


def scenario_text(name: str, title: str) -> str:
    """The file's text; ``name`` becomes a folder of the results."""
    return "\n".join(_lines(name, title)) + "\n"


def _lines(name: str, title: str) -> Iterator[str]:
    yield "# 情景：预算、目标、限制。# 后面是说明；要改哪一项，就去掉那一行和它上面 [ ] 那一行行首的“# ”。"
    yield "# 没有去掉 # 的都按程序默认值。用法：siting run 文件夹 --scenario base+文件夹/scenario.toml"
    yield "# 前面写 base+ 就带上基准情景的预算；不写 base+、也不写 [budget]，就是不限预算。"
    yield ""
    yield toml_text({"name": name}).strip()
    yield toml_text({"title": title}).strip()
    for section, note, keys in SECTIONS:
        yield ""
        yield f"# —— {note}"
        yield f"# [{section}]"
        width = max(len(f"{key} = {value}") for key, value, _ in keys)
        for key, value, meaning in keys:
            setting = f"{key} = {value}"
            if len(setting) > 60:
                yield f"#   {meaning}："
                yield f"# {setting}"
            else:
                yield f"# {setting.ljust(min(width, 60))}   # {meaning}"
