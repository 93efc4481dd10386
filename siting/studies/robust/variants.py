"""Every future of one circle, built: the circle is read and measured once, futures are laid on top."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.robust import Family, Future
from scenarios.faults import Fault, FaultError, FaultLog
from scenarios.future_schema import FutureSpec
from scenarios.futures import FutureSet, layer_of
from siting.formulation import Built, build
from siting.prepare import CircleInputs, Prepared
from siting.studies.robust.effects import Effects, effects_of, repriced


@dataclass(frozen=True, eq=False)
class Variant:
    """One future of a circle: what was asked, what it did, and the arrays."""

    spec: FutureSpec
    effects: Effects
    built: Built


@dataclass(frozen=True, eq=False)
class Variants:
    """The circle today and in every future."""

    today: Prepared
    built: Built
    futures: tuple[Variant, ...]

    @property
    def family(self) -> Family:
        """What :mod:`models.robust` solves."""
        return Family(
            [
                Future(v.spec.name, v.built.instance, v.built.rules, v.effects.stands, v.spec.weight)
                for v in self.futures
            ]
        )


def variants_of(inputs: CircleInputs, futures: FutureSet, seed: int) -> Variants:
    """Build today and every future.

    Raises:
        FaultError: unknown places or types in the futures, values that the catalogue refuses, locks that a future's
            rules refuse; all of them at once.

    """
    today = inputs.prepared()
    if today.scenario.scenario.phases:
        rule = "稳健性比较暂不支持分年度的情景（[phases]）"
        raise FaultError(
            [Fault("not-built", today.scenario.name, rule, "请去掉 [phases]，用总预算比较", column="phases")]
        )
    built = _built(today, seed)
    log = FaultLog()
    made = []
    for spec in futures.futures:
        try:
            made.append(_variant(inputs, futures, spec, built, seed, log))
        except FaultError as error:
            log.faults += error.faults
    log.faults = list(dict.fromkeys(log.faults))
    log.raise_if_errors()
    return Variants(today, built, tuple(made))


def _variant(
    inputs: CircleInputs, futures: FutureSet, spec: FutureSpec, today: Built, seed: int, log: FaultLog
) -> Variant:
    file = f"{futures.file} 情形“{spec.title_zh}”"
    names = {text: inputs.names.resolve(text) for text in spec.closed_outlets.largest_of}
    for text, type_id in names.items():
        if type_id is None:
            near = "、".join(inputs.names.suggest(text))
            log.add(
                Fault(
                    "unknown-type",
                    file,
                    "不是目录中的业态",
                    f"是否想写：{near}" if near else "请改为目录中的业态",
                    column="closed_outlets.largest_of",
                    value=text,
                )
            )
    out_of_play = {refusal.site_id for refusal in today.refusals if not refusal.type_id}
    in_play = np.array([site not in out_of_play for site in today.instance.site_ids], dtype=bool)
    known = {text: type_id for text, type_id in names.items() if type_id is not None}
    effects = effects_of(inputs.workspace, spec, in_play, known, seed, log, file)
    changed = replace(inputs, workspace=effects.workspace, scenario_name=file)
    built = _built(changed.prepared(layer_of(spec, futures.file)), seed)
    return Variant(spec, effects, replace(built, instance=repriced(built, spec)))


def _built(ready: Prepared, seed: int) -> Built:
    return build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps, seed)
