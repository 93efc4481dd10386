"""From the solves to the record: every plan judged in every future, places ranked, all in planners' words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.robust import Family, Judgement, judge
from models.solution import Decision, LevelResult, Termination
from scenarios.futures import FutureSet
from siting.outputs.place import Place, label, places_in
from siting.outputs.plain import plain
from siting.outputs.words import gap_zh, level_words, number_zh
from siting.prepare import CircleInputs
from siting.studies.robust.record import (
    FutureRecord,
    InFuture,
    LevelRecord,
    PickRecord,
    PlaceRecord,
    PlanRecord,
    RobustRecord,
    TypeShare,
)
from siting.studies.robust.sites import PlaceStanding, carries, losses, stand
from siting.studies.robust.study import Study
from siting.studies.robust.words import EXPECTED_ZH, MEASURES_ZH, TODAY_ZH, WORST_ZH, changes_zh, reasons_zh


def record_of(inputs: CircleInputs, futures: FutureSet, study: Study, seed: int, workspace: str) -> RobustRecord:
    """The whole answer; ``workspace`` is the relative path kept with it."""
    teller = _Teller(inputs, study)
    circle, scenario = inputs.workspace.circle, study.variants.today.scenario
    plans = teller.plans()
    return RobustRecord(
        circle=circle.id,
        name=circle.name,
        simulated=circle.simulated,
        simulated_note=circle.simulated_note,
        scenario=scenario.name,
        origin=dict(scenario.origin),
        values=plain(scenario.as_dict()),
        futures_source=futures.source,
        futures_title=futures.title,
        futures_description=futures.description,
        measure=study.measure,
        status="optimal" if study.proven else "feasible",
        seed=seed,
        solver=study.today.solver,
        workspace=workspace,
        inputs=tuple({"path": f.path, "sha256": f.sha256} for f in inputs.workspace.inputs),
        levels=study.family.levels,
        futures=teller.futures(),
        plans=plans,
        places=teller.places(),
        notes=(*_notes(inputs, futures, study), *_said(study, plans)),
    )


class _Teller:
    """Turns arrays into words: names of places and types, once."""

    def __init__(self, inputs: CircleInputs, study: Study) -> None:
        self.study = study
        self.family: Family = study.family
        self.by_id: dict[str, Place] = places_in(inputs.workspace)
        self.types_zh = {kind.id: kind.name_zh for kind in study.variants.built.kinds}
        self.reference = np.array([[level.incumbent for level in s.levels] for s in study.alone])

    def futures(self) -> tuple[FutureRecord, ...]:
        probability = self.family.probability
        return tuple(
            FutureRecord(
                variant.spec.name,
                variant.spec.title_zh,
                variant.spec.weight,
                float(probability[s]),
                changes_zh(variant.spec, variant.effects),
                str(self.study.alone[s].termination),
                tuple(_level(level) for level in self.study.alone[s].levels),
            )
            for s, variant in enumerate(self.study.variants.futures)
        )

    def plans(self) -> tuple[PlanRecord, ...]:
        study = self.study
        made = [self._plan("today", TODAY_ZH, str(study.today.termination), study.plan_today())]
        for key, title, solution in (
            ("expected", EXPECTED_ZH, study.expected),
            ("worst", WORST_ZH[study.measure], study.worst),
        ):
            assert solution.plan is not None
            stages = tuple(
                LevelRecord(
                    one.measure, one.level, one.sense, one.incumbent, one.bound, one.mip_gap,
                    str(one.termination), round(one.seconds, 3),
                )
                for one in solution.levels
            )  # fmt: skip
            made.append(self._plan(key, title, str(solution.termination), solution.plan, stages))
        for s, variant in enumerate(study.variants.futures):
            key, title = f"future:{variant.spec.name}", f"只按“{variant.spec.title_zh}”求解"
            made.append(self._plan(key, title, str(study.alone[s].termination), study.plan_alone(s)))
        return tuple(made)

    def _plan(
        self, key: str, title: str, status: str, plan: Decision, stages: tuple[LevelRecord, ...] = ()
    ) -> PlanRecord:
        judged = judge(self.family, plan)
        reference = Judgement(self.reference, judged.broken)
        regrets = losses(self.family, reference, judged)
        everywhere = bool(judged.lawful.all())
        return PlanRecord(
            key=key,
            title_zh=title,
            status=status,
            lawful_everywhere=everywhere,
            picks=self._picks(plan),
            by_future=tuple(
                InFuture(
                    variant.spec.name,
                    bool(judged.lawful[s]),
                    reasons_zh(self.family, s, plan, judged.broken[s]),
                    self._by_level(judged.values[s]),
                    self._by_level(regrets[s]),
                )
                for s, variant in enumerate(self.study.variants.futures)
            ),
            expected=self._by_level(self.family.probability @ judged.values) if everywhere else None,
            largest_regret=self._by_level(regrets.max(axis=0)) if everywhere else None,
            stages=stages,
        )

    def _picks(self, plan: Decision) -> tuple[PickRecord, ...]:
        there = carries(plan)
        opened = np.zeros_like(there)
        opened[: self.family.n_site] = plan.open
        return tuple(
            PickRecord(
                self.family.place_ids[p],
                label(self.family.place_ids[p], self.by_id),
                self.family.type_ids[k],
                self.types_zh[self.family.type_ids[k]],
                not bool(opened[p, k]),
            )
            for p, k in np.argwhere(there)
        )

    def places(self) -> tuple[PlaceRecord, ...]:
        study, family = self.study, self.family
        assert study.expected.plan is not None
        assert study.worst.plan is not None
        alone = [study.plan_alone(s) for s in range(family.n)]
        robust = (carries(study.expected.plan), carries(study.worst.plan))
        today = np.asarray(carries(study.plan_today()).any(axis=1))
        standings = stand(family, alone, study.expected.plan, study.worst.plan)
        return tuple(
            self._place(rank, one, robust, bool(today[one.place])) for rank, one in enumerate(standings, start=1)
        )

    def _place(self, rank: int, one: PlaceStanding, robust: tuple[np.ndarray, np.ndarray], today: bool) -> PlaceRecord:
        family, names = self.family, [variant.spec.name for variant in self.study.variants.futures]
        place_id = family.place_ids[one.place]
        often = np.flatnonzero((one.type_frequency > 0) | robust[0][one.place] | robust[1][one.place])
        shares = [
            TypeShare(
                family.type_ids[k],
                self.types_zh[family.type_ids[k]],
                float(one.type_frequency[k]),
                bool(robust[0][one.place, k]),
                bool(robust[1][one.place, k]),
            )
            for k in often
        ]
        return PlaceRecord(
            rank=rank,
            place=place_id,
            place_zh=label(place_id, self.by_id),
            kind_zh=self.by_id[place_id].kind_zh if place_id in self.by_id else "",
            in_expected=one.in_expected,
            in_worst=one.in_worst,
            in_today=today,
            frequency=one.frequency,
            chosen_in=tuple(names[s] for s in one.chosen_in),
            types=tuple(sorted(shares, key=lambda t: (-round(t.frequency, 9), t.type))),
            loss=None if one.loss is None else self._by_level(one.loss),
            loss_future="" if one.loss_future is None else names[one.loss_future],
            needed=one.needed,
        )

    def _by_level(self, values: np.ndarray) -> dict[str, float]:
        return dict(zip(self.family.levels, (float(v) for v in values), strict=True))


def _level(level: LevelResult) -> LevelRecord:
    return LevelRecord(
        "", level.name, level.sense, level.incumbent, level.bound, level.mip_gap, str(level.termination),
        round(level.seconds, 3),
    )  # fmt: skip


def _notes(inputs: CircleInputs, futures: FutureSet, study: Study) -> tuple[str, ...]:
    """What every output says besides."""
    circle = inputs.workspace.circle
    notes = [circle.simulated_note or "示意布局，非实测"] if circle.simulated else []
    notes += [
        f"情形组：{futures.title}（{futures.source}）。{futures.description}".rstrip("。") + "。",
        "两个稳健方案在每个情形下都合规（预算、居民门槛等按该情形的数字核）；撤回的房屋在该情形下退出方案，不计效益也不计费用。",
        "频次：逐个情形单独求解，看该点位在多少（按权重）情形里入选；同样好的方案可能不止一个，频次按求得的那一个计。",
        "遗憾：与该情形单独求得的最好方案相比差多少；上一级让步时，下一级可能出现负的遗憾。",
    ]
    loose = [
        variant.spec.title_zh
        for variant, solution in zip(study.variants.futures, study.alone, strict=True)
        if solution.termination is not Termination.OPTIMAL
    ]
    if loose:
        notes.append(f"未证明最优的情形：{'、'.join(loose)}；与之比较的遗憾以求得的方案为准，真实遗憾可能略大。")
    return tuple(notes)


def _said(study: Study, plans: Sequence[PlanRecord]) -> tuple[str, ...]:
    """The answer in a few sentences."""
    today = plans[0]
    bad = [
        variant.spec.title_zh
        for variant, there in zip(study.variants.futures, today.by_future, strict=True)
        if not there.lawful
    ]
    said = [
        f"只按现状求解的方案在 {len(bad)}/{len(today.by_future)} 个情形下不合规：{'、'.join(bad)}。"
        if bad
        else "只按现状求解的方案在全部情形下都合规。"
    ]
    both = {pick.place for pick in plans[1].picks} & {pick.place for pick in plans[2].picks}
    used = [len({pick.place for pick in plan.picks}) for plan in plans[1:3]]
    said.append(
        f"期望方案用 {number_zh(used[0])} 处、{plans[2].title_zh}用 {number_zh(used[1])} 处，两者共有 {len(both)} 处。"
    )
    return (*said, *(_ended_zh(plan) for plan in plans[1:3]))


def _ended_zh(plan: PlanRecord) -> str:
    """Which stages of a robust plan are proven, and which are not."""
    open_ = [
        f"{MEASURES_ZH[stage.measure]}·{level_words(stage.name).name_zh}（间隙 {gap_zh(stage.mip_gap)}）"
        for stage in plan.stages
        if stage.status != str(Termination.OPTIMAL)
    ]
    if not open_:
        return f"{plan.title_zh}：{len(plan.stages)} 级比较全部已证明最优。"
    proven = len(plan.stages) - len(open_)
    return f"{plan.title_zh}：{len(plan.stages)} 级比较中 {proven} 级已证明最优，未证明的是 {'、'.join(open_)}。"
