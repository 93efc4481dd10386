import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.faults import FaultError
from scenarios.layers import Layer
from scenarios.resolve import leaf_keys, resolve
from scenarios.schema import Scenario

SETTINGS = {
    ("budget", "capital_cny"): st.floats(0, 1e9),
    ("budget", "lease_years"): st.integers(1, 30),
    ("limits", "max_sites"): st.integers(0, 100),
    ("lock", "in"): st.lists(st.sampled_from(["S1", "S2", "S3:gym"]), max_size=3),
    ("coverage_floor", "gym"): st.floats(0, 1),
    ("coverage_floor", "药店"): st.floats(0, 1),
    ("types", "gym", "area_m2"): st.integers(0, 500),
    ("types", "gym", "walk_min"): st.integers(1, 15),
    ("hosts", "new"): st.booleans(),
}


@st.composite
def settings(draw):
    chosen = draw(st.lists(st.sampled_from(sorted(SETTINGS)), unique=True))
    return {path: draw(SETTINGS[path]) for path in chosen}


def nested(flat):
    data = {}
    for path, value in flat.items():
        holder = data
        for part in path[:-1]:
            holder = holder.setdefault(part, {})
        holder[path[-1]] = value
    return data


def at(data, path):
    for part in path:
        data = data[part]
    return data


@given(st.lists(settings(), max_size=4))
def test_the_last_layer_that_names_a_key_wins(flats):
    resolved = resolve([Layer(nested(flat), f"层 {n}", "a.toml") for n, flat in enumerate(flats)])
    plain = resolved.as_dict()
    for path in SETTINGS:
        setters = [n for n, flat in enumerate(flats) if path in flat]
        key = ".".join(path)
        if setters:
            assert at(plain, path) == flats[setters[-1]][path]
            assert resolved.origin[key] == f"层 {setters[-1]}"
        else:
            assert resolved.origin.get(key, "默认值") == "默认值"
    assert list(resolved.origin) == leaf_keys(plain)


@given(st.lists(settings(), max_size=3))
def test_layers_are_not_changed_by_resolving(flats):
    layers = [Layer(nested(flat), "一", "a.toml") for flat in flats]
    resolve(layers)
    assert [layer.data for layer in layers] == [nested(flat) for flat in flats]


@given(st.sampled_from(["", *Scenario.model_fields]), st.text(st.characters(categories=["L"]), min_size=1), settings())
def test_unknown_keys_never_pass(table, key, flat):
    open_tables = {"coverage_floor", "types", "phases"}
    fields = Scenario.model_fields
    section = fields[table].annotation if table else Scenario
    known = {f.alias or n for n, f in getattr(section, "model_fields", {}).items()}
    if table in open_tables or key in known:
        return
    data = nested(flat)
    (data.setdefault(table, {}) if table else data)[key] = 1
    with pytest.raises(FaultError) as caught:
        resolve([Layer(data, "一", "a.toml"), Layer({}, "二", "b.toml")])
    (fault,) = caught.value.faults
    assert fault.code == "unknown-key"
    assert fault.column == (f"{table}.{key}" if table else key)
