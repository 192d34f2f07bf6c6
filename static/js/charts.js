/* Charts of the leadership pages. Each <div class="chart" role="img" aria-label="…" data-chart="json id"> reads a JSON block:
   {kind: "lines", unit, x: [], series: [{name, data, plan: bool, end: "实际 57.8"}]}
   {kind: "stack", rows: [], series: [{name, tone: closed|normal|amber|red, data, label: "" | "红灯 {c}"}]}
   {kind: "bars", rows: [{name, value, text, tone: strong|soft|red1..red4}]}
   The picture carries no link: every number is a link in the table behind the button 数据表. */
(function () {
  "use strict";
  var doc = document;
  var root = getComputedStyle(doc.documentElement);
  var size = parseFloat(root.fontSize) * 0.8125;
  var INK = "#1B2430", INK_2 = "#435062", LINE = "#E3E8EF";
  var TONES = {
    closed: "#1F7A45", normal: "#5E90CB", amber: "#C98500", red: "#B42318",
    strong: "#1D57A5", soft: "#5E90CB", red1: "#D98A82", red2: "#CC5F55", red3: "#B42318", red4: "#7F1610"
  };
  var LABELS = { closed: "#FFFFFF", normal: "#08203F", amber: "#3B2600", red: "#A61B12" };
  var DECALS = {
    amber: { color: "rgba(90,55,0,.5)", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
    red: { color: "rgba(255,255,255,.6)", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 }
  };
  var NONE = { symbol: "none" };
  var made = [];
  var narrow = window.innerWidth < 768;

  function names(values) {
    return { type: "category", inverse: true, data: values, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: INK, fontSize: size + 1, interval: 0 } };
  }
  function lines(data) {
    var every = Math.ceil(data.x.length / (narrow ? 4 : 7));
    return {
      grid: { left: 40, right: narrow ? 84 : 80, top: 14, bottom: 26 },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true },
      xAxis: { type: "category", data: data.x, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: "#B4BECB" } }, axisLabel: { color: INK_2, fontSize: size, interval: function (index) { return (data.x.length - 1 - index) % every === 0; } } },
      yAxis: { type: "value", axisLabel: { color: INK_2, fontSize: size, formatter: "{value}" + data.unit }, splitNumber: 3, splitLine: { lineStyle: { color: LINE } } },
      series: data.series.map(function (one) {
        return {
          name: one.name, type: "line", data: one.data, symbol: "circle", symbolSize: 6, showSymbol: false, itemStyle: { color: one.plan ? "#667085" : TONES.strong },
          lineStyle: one.plan ? { width: 2, type: [6, 5], color: "#667085" } : { width: 3, color: TONES.strong },
          areaStyle: one.plan ? undefined : { color: "rgba(29,87,165,.07)" },
          endLabel: { show: true, formatter: one.end, color: one.plan ? INK_2 : "#154280", fontWeight: one.plan ? 400 : 600, fontSize: size + (one.plan ? 0 : 1), offset: [0, one.plan ? 9 : -8] }
        };
      })
    };
  }
  function stack(data) {
    var totals = data.rows.map(function (row, index) { return data.series.reduce(function (sum, one) { return sum + one.data[index]; }, 0); });
    var most = Math.max.apply(null, totals.concat(1));
    return {
      grid: { left: narrow ? 80 : 90, right: narrow ? 64 : 76, top: 34, bottom: 8 },
      legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 11, itemGap: 16, selectedMode: false, textStyle: { color: INK_2, fontSize: size + 0.5 } },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "none" } },
      xAxis: { type: "value", show: false, max: most }, yAxis: names(data.rows),
      series: data.series.map(function (one) {
        var label = one.label
          ? { show: true, position: "right", color: LABELS[one.tone], fontWeight: 600, fontSize: size + 0.5, formatter: one.label }
          : { show: one.tone !== "amber", color: LABELS[one.tone], fontSize: size, formatter: function (point) { return point.value >= most / (narrow ? 7 : 14) ? point.value : ""; } };
        return { name: one.name, type: "bar", stack: "all", barWidth: "58%", barMaxWidth: 30, data: one.data, emphasis: { disabled: true }, label: label, itemStyle: { color: TONES[one.tone], borderColor: "#fff", borderWidth: 1 } };
      })
    };
  }
  function bars(data) {
    return {
      grid: { left: 82, right: 96, top: 0, bottom: 0 },
      xAxis: { type: "value", show: false }, yAxis: names(data.rows.map(function (row) { return row.name; })),
      series: [{
        type: "bar", barWidth: 15, label: { show: true, position: "right", color: INK, fontSize: size + 0.5, formatter: function (point) { return data.rows[point.dataIndex].text; } },
        data: data.rows.map(function (row) { return { value: row.value, itemStyle: { color: TONES[row.tone], borderRadius: [0, 3, 3, 0], decal: NONE } }; })
      }]
    };
  }
  var KINDS = { lines: lines, stack: stack, bars: bars };

  function draw(box) {
    var data = JSON.parse(doc.getElementById(box.dataset.chart).textContent);
    var option = KINDS[data.kind](data);
    option.animation = false;
    option.textStyle = { fontFamily: root.getPropertyValue("--font").trim(), fontSize: size, color: INK_2 };
    option.aria = { enabled: true, label: { enabled: false }, decal: { show: true, decals: (data.series || [{}]).map(function (one) { return DECALS[one.tone] || NONE; }) } };
    var chart = window.echarts.init(box, null, { renderer: "svg" });
    chart.setOption(option);
    made.push([box, chart]);
  }
  doc.querySelectorAll("[data-chart]").forEach(draw);
  window.addEventListener("resize", function () { made.forEach(function (pair) { pair[1].resize(); }); });
  /* paper: lay out 1.3 times larger, then scale the drawing down to the column */
  window.addEventListener("beforeprint", function () {
    made.forEach(function (pair) {
      var width = pair[0].clientWidth, height = pair[0].clientHeight;
      pair[1].resize({ width: width * 1.3, height: height * 1.3 });
      pair[1].getZr().flush();
      var svg = pair[0].querySelector("svg");
      svg.setAttribute("viewBox", "0 0 " + width * 1.3 + " " + height * 1.3);
      svg.setAttribute("width", "100%");
      svg.setAttribute("height", height);
    });
  });
  window.addEventListener("afterprint", function () {
    made.forEach(function (pair) {
      pair[0].querySelector("svg").removeAttribute("viewBox");
      pair[1].resize({ width: "auto", height: "auto" });
    });
  });
})();
