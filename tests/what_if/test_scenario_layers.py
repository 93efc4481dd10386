import pytest

from scenarios.faults import FaultError
from scenarios.layers import load_scenario_file, parse_set, read_scenario_file, safe_name

TEXT = '# 投资\nname = "从紧"\ntitle = "资金从紧"\n[budget]\ncapital_cny = 1_000_000\n'


def faults(action, *args):
    with pytest.raises(FaultError) as caught:
        action(*args)
    return caught.value.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_file_is_read_in_the_encodings_planners_have(tmp_path, encoding):
    path = tmp_path / "my.toml"
    path.write_bytes(TEXT.encode(encoding))
    read = read_scenario_file(path)
    assert (read.name, read.title, read.description) == ("从紧", "资金从紧", "")
    assert read.layer.data == {"budget": {"capital_cny": 1_000_000}}
    assert (read.layer.source, read.layer.file) == ("文件 my.toml", "my.toml")
    assert load_scenario_file(str(path)) == read.layer


def test_windows_line_ends_and_an_empty_file_are_fine(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert load_scenario_file(path).data == {"budget": {"capital_cny": 1_000_000}}
    path.write_bytes(b"")
    assert load_scenario_file(path).data == {}


def test_the_name_defaults_to_the_stem_and_is_safe_for_a_folder(tmp_path):
    path = tmp_path / "我的 场景.toml"
    path.write_text("")
    assert read_scenario_file(path).name == "我的_场景"
    assert safe_name("..") == "_"
    assert safe_name("a/../b") == "a_.._b"
    assert len(safe_name("长" * 200)) <= 60


@pytest.mark.parametrize("name", ["../x", "a/b", "a b", "x.", "-x", "a" * 61])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path, name):
    path = tmp_path / "a.toml"
    path.write_text(f'name = "{name}"\ntitle = 3\n', encoding="utf-8")
    found = faults(load_scenario_file, path)
    assert [(f.code, f.column) for f in found] == [("bad-value", "name"), ("bad-value", "title")]
    assert "60 个字符" in found[0].rule
    assert "应为文字" in found[1].rule


@pytest.mark.parametrize(
    ("line", "reason", "remedy"),
    [
        ("capital_cny = ", "等号右边不是合法的值", "改正该行"),
        ("capital_cny = “1”", "等号右边不是合法的值", "英文标点"),
        ("capital_cny ＝ 1", "键后面缺等号", "英文标点"),
        ("capital_cny 1", "键后面缺等号", "改正该行"),
        ("投资 = 1", "中文键名要加英文引号", "改正该行"),
        ("a = 1\na = 2", "同一个键写了两次", "改正该行"),
        ("a = 1 b = 2", "一行只能写一项", "改正该行"),
        ('a = "x', "含有不可用的字符", "改正该行"),
    ],
)
def test_a_syntax_error_names_row_and_reason_in_chinese(tmp_path, line, reason, remedy):
    path = tmp_path / "a.toml"
    path.write_text(f"[budget]\n{line}\n", encoding="utf-8")
    (fault,) = faults(load_scenario_file, path)
    assert fault.code == "bad-toml"
    assert fault.row in {2, 3}
    assert fault.value in line
    assert reason in fault.rule
    assert remedy in fault.remedy


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000])
def test_absurd_depth_and_length_are_syntax_errors_too(tmp_path, text):
    path = tmp_path / "a.toml"
    path.write_text(text)
    assert [f.code for f in faults(load_scenario_file, path)] == ["bad-toml"]


def test_what_cannot_be_read_is_told(tmp_path):
    (tmp_path / "x.toml").write_bytes(b"a = 1\xff")
    (tmp_path / "big.toml").write_bytes(b"#" * 1_000_001)
    assert [f.code for f in faults(load_scenario_file, tmp_path / "x.toml")] == ["bad-encoding"]
    assert [f.code for f in faults(load_scenario_file, tmp_path / "no.toml")] == ["file-not-found"]
    assert [f.code for f in faults(load_scenario_file, tmp_path)] == ["file-unreadable"]
    assert [f.code for f in faults(load_scenario_file, tmp_path / "big.toml")] == ["file-unreadable"]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("budget.capital_cny=500000", {"budget": {"capital_cny": 500000}}),
        ("budget.capital_cny = 500_000.5", {"budget": {"capital_cny": 500000.5}}),
        ('objective.levels=["cost"]', {"objective": {"levels": ["cost"]}}),
        ("objective.levels=[cost, equity]", {"objective": {"levels": ["cost", "equity"]}}),
        ("lock.in=[S012:pharmacy,S020]", {"lock": {"in": ["S012:pharmacy", "S020"]}}),
        ("hosts.new=true", {"hosts": {"new": True}}),
        ("solver.name=cbc", {"solver": {"name": "cbc"}}),
        ("solver.name=PULP_CBC_CMD", {"solver": {"name": "PULP_CBC_CMD"}}),
        ("coverage_floor.药店=0.9", {"coverage_floor": {"药店": 0.9}}),
        ('types."a.b".area_m2=0', {"types": {"a.b": {"area_m2": 0}}}),
        ("limits.max_sites=none", {"limits": {"max_sites": "none"}}),
        ("catalogue.only=[]", {"catalogue": {"only": []}}),
    ],
)
def test_set_is_a_toml_value_or_a_bare_word(text, data):
    layer = parse_set(text)
    assert layer.data == data
    assert (layer.source, layer.file) == ("--set", "--set")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "=1",
        "a=",
        "a..b=1",
        ".a=1",
        "a.=1",
        "a b=1",
        "a=[1",
        'a="x',
        "a=1\nb=2",
        "a={x=1",
        "a=x#y",
        "a=[[",
        "a=1]",
    ],
)
def test_bad_set_is_one_fault_with_an_example(text):
    (fault,) = faults(parse_set, text)
    assert (fault.code, fault.file, fault.value) == ("bad-set", "--set", text)
    assert "--set budget.capital_cny=500000" in fault.remedy
