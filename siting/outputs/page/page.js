"use strict";
(function () {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const byId = (id) => document.getElementById(id);
  const PAPER_WIDTH = 520;
  const models = {};
  let picked = -1;
  const LACKS = ["#0a7d4f", "#8cc084", "#f2cf5b", "#ef9b3d", "#d1603d", "#8c2d19"];
  const REACHED = "#0072b2", NEWLY = "#009e73", OUT = "#e69f00", NOBODY = "#d5dbe2";
  const basic = page.types.filter((type) => type.basic);
  const sets = new Map(page.types.map((type) => [type.id, { before: new Set(type.before), after: new Set(type.after) }]));
  const number = (value) => Math.round(value).toLocaleString("zh-CN");

  function state() {
    return {
      type: page.types.find((type) => type.id === byId("type").value),
      segment: byId("segment").value,
      after: document.querySelector("input[name=moment]:checked").value === "after",
    };
  }
  const reached = (type, home, after) => sets.get(type.id).before.has(home) || (after && sets.get(type.id).after.has(home));
  const lacking = (home, after) => basic.filter((type) => !reached(type, home, after));
  const shade = (count) => LACKS[count === 0 ? 0 : Math.min(LACKS.length - 1, 1 + Math.floor((count - 1) / 2))];

  function colour(home, now) {
    if (!(page.demand[home][now.segment] > 0)) return NOBODY;
    if (!now.type) return shade(lacking(home, now.after).length);
    if (sets.get(now.type.id).before.has(home)) return REACHED;
    return now.after && sets.get(now.type.id).after.has(home) ? NEWLY : OUT;
  }

  function legend(now) {
    const rows = now.type
      ? [[REACHED, "现已走得到"], ...(now.after ? [[NEWLY, "方案后新走得到"]] : []), [OUT, "走不到"]]
      : [[LACKS[0], "基本业态都走得到"], [LACKS[1], "缺 1–2 类"], [LACKS[2], "缺 3–4 类"], [LACKS[3], "缺 5–6 类"], [LACKS[4], "缺 7–8 类"], [LACKS[5], "缺 9 类以上"]];
    const list = byId("legend");
    if (!list) return;
    list.replaceChildren(...rows.concat([[NOBODY, "没有这一人群"]]).map(([fill, text]) => {
      const item = document.createElement("li"), dot = document.createElement("i");
      dot.style.background = fill;
      item.append(dot, text);
      return item;
    }));
  }

  function sums(now) {
    const people = page.demand.map((row) => row[now.segment] || 0);
    const all = people.reduce((a, b) => a + b, 0);
    const who = page.segments[now.segment];
    if (!now.type) {
      const mean = (after) => people.reduce((sum, n, home) => sum + n * (basic.length - lacking(home, after).length), 0) / (all || 1);
      return `${who} ${number(all)} 人，人均走得到的基本业态：${mean(false).toFixed(1)} 类 → ${mean(true).toFixed(1)} 类（共 ${basic.length} 类）`;
    }
    const inside = (after) => people.reduce((sum, n, home) => sum + (reached(now.type, home, after) ? n : 0), 0);
    const share = (n) => `${number(n)} 人（${(100 * n / (all || 1)).toFixed(1)}%）`;
    return `${now.type.name}，${who} ${number(all)} 人：现走得到 ${share(inside(false))} → 方案后 ${share(inside(true))}`;
  }

  function shown(now) {
    const parts = [now.after ? "方案后" : "现状", page.segments[now.segment], now.type ? now.type.name : "全部基本业态"];
    const site = page.sites[picked];
    byId("shown").textContent = `图上是：${parts.join("，")}${site ? `；黄色是第 ${picked + 1} 名 ${site.id} 的步行范围` : ""}。`;
  }

  function show() {
    const now = state();
    byId("sums").textContent = sums(now);
    shown(now);
    legend(now);
    const dots = models.demand;
    if (!dots) return;
    const homes = Array.from(dots.data.number);
    const scale = Math.min(1, Math.max(0.55, byId("map").clientWidth / 800));
    const most = Math.max(1, ...page.demand.map((row) => row[now.segment] || 0));
    dots.data = Object.assign({}, dots.data, {
      colour: homes.map((home) => colour(home, now)),
      size: homes.map((home) => scale * (5 + 15 * Math.sqrt((page.demand[home][now.segment] || 0) / most))),
    });
  }

  function tell(title, lines) {
    const box = byId("detail");
    if (!box) return;
    const head = document.createElement("b");
    head.textContent = title;
    box.replaceChildren(head, ...lines.map((line) => { const p = document.createElement("div"); p.textContent = line; return p; }));
  }

  function tellHome(home) {
    const row = page.demand[home], now = state();
    const names = lacking(home, now.after).map((type) => type.name);
    const gained = page.types.filter((type) => sets.get(type.id).after.has(home)).map((type) => type.name);
    tell(`${row.id} ${row.name}`, [
      `${page.segments[now.segment]} ${number(row[now.segment] || 0)} 人`,
      names.length ? `${now.after ? "方案后仍缺" : "现缺"}：${names.join("、")}` : "基本业态都走得到",
      gained.length ? `方案带来：${gained.join("、")}` : "方案没有带来新的业态",
    ]);
  }

  function choose(site, scroll) {
    const rows = document.querySelectorAll("tr[data-site]");
    rows.forEach((row) => row.classList.toggle("current", Number(row.dataset.site) === site));
    const row = document.querySelector(`tr[data-site="${site}"]`);
    picked = site;
    shown(state());
    if (row) {
      const cells = row.children;
      tell(`第 ${site + 1} 名 ${cells[1].innerText.replace(/\s+/g, " ")}`, [cells[2].textContent, ...Array.from(row.querySelectorAll(".reasons li"), (li) => li.textContent)]);
      if (scroll) byId("map-title").scrollIntoView({ block: "start" });
    }
    const areas = models.areas, chosen = models.chosen;
    if (areas) {
      const wanted = byId("type").value;
      const own = areas.data.site.map((n, at) => n === site && areas.data.type[at] === wanted);
      const only = own.includes(true);
      areas.data = Object.assign({}, areas.data, { alpha: areas.data.site.map((n, at) => (n === site && (own[at] || !only) ? (only ? 0.5 : 0.25) : 0)) });
    }
    if (chosen) chosen.data = Object.assign({}, chosen.data, { line: Array.from(chosen.data.number, (n) => (n === site ? 5 : 1.5)) });
  }

  window.siting = {
    point(kind, indices) {
      if (!indices.length) return;
      const at = models[kind].data.number[indices[0]];
      if (kind === "demand") tellHome(at); else choose(at, false);
    },
    pick(indices) { if (indices.length) choose(models.chosen.data.number[indices[0]], false); },
    models,
  };

  document.querySelectorAll("#type, #segment, input[name=moment]").forEach((control) => control.addEventListener("change", show));
  document.querySelectorAll("tr[data-site]").forEach((row) => {
    row.querySelector("button").addEventListener("click", () => choose(Number(row.dataset.site), true));
  });

  function forPaper() {
    for (const plot of document.querySelectorAll(".map, .curve")) {
      const { width, height } = plot.getBoundingClientRect();
      Object.assign(plot.style, { width: `${width}px`, height: `${height}px`, zoom: PAPER_WIDTH / width });
    }
  }
  function forScreen() {
    for (const plot of document.querySelectorAll(".map, .curve")) Object.assign(plot.style, { width: "", height: "", zoom: "" });
  }
  window.addEventListener("resize", show);
  window.addEventListener("beforeprint", forPaper);
  window.addEventListener("afterprint", forScreen);

  const figures = Array.from(document.querySelectorAll("script.figure"), (script) => JSON.parse(script.textContent));
  Promise.all(figures.map((item) => Bokeh.embed.embed_item(item))).then(() => {
    for (const drawn of Bokeh.documents) {
      for (const name of ["demand", "areas", "chosen"]) {
        const found = drawn.get_model_by_name(name);
        if (found) models[name] = found;
      }
    }
    show();
    document.documentElement.dataset.ready = "yes";
  });
  show();
})();
