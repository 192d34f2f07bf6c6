/* Ledger: side panel, keyboard, selection. Everything here also works as plain links and forms. */
(function () {
  "use strict";
  var doc = document;
  var body = doc.body;
  var current = "";

  function all(selector) { return Array.prototype.slice.call(doc.querySelectorAll(selector)); }
  function rows() { return all(".ldg tbody tr[data-code]"); }
  function rowOf(code) { return rows().filter(function (row) { return row.dataset.code === code; })[0]; }
  function linkOf(row) { return row.querySelector(".ti"); }
  function panel() { return doc.getElementById("panel"); }
  function isOpen() { return body.classList.contains("panel-open"); }
  function mark(row) {
    rows().forEach(function (other) { other.classList.toggle("cur", other === row); });
    current = row ? row.dataset.code : "";
  }
  function move(step) {
    var list = rows();
    if (!list.length) return;
    var at = list.indexOf(rowOf(current));
    var row = list[at < 0 ? 0 : Math.max(0, Math.min(list.length - 1, at + step))];
    mark(row);
    linkOf(row).focus();
    row.scrollIntoView({ block: "nearest" });
    return row;
  }
  function remember(code) { all('.filt input[name="open"]').forEach(function (input) { input.value = code; input.disabled = !code; }); }

  function opened() {
    var code = panel().dataset.code;
    if (!code) return;
    body.classList.remove("closed");
    body.classList.add("panel-open");
    mark(rowOf(code));
    remember(code);
    panel().focus();
  }
  function close() {
    var row = rowOf(current);
    body.classList.add("closed");
    body.classList.remove("panel-open");
    panel().textContent = "";
    panel().removeAttribute("data-code");
    remember("");
    var url = new URL(location.href);
    url.searchParams.delete("open");
    history.replaceState(history.state, "", url);
    if (row) linkOf(row).focus();
  }
  doc.addEventListener("htmx:afterSwap", function (event) {
    var target = event.detail.target;
    if (target.id === "panel" || (event.detail.elt && event.detail.elt.id === "panel")) opened();
    if (target.id === "results") { mark(rowOf(current)); count(); }
  });
  doc.addEventListener("click", function (event) {
    if (event.target.closest("[data-panel-close]")) { event.preventDefault(); close(); }
    var step = event.target.closest("[data-panel-move]");
    if (step) {
      var row = move(Number(step.dataset.panelMove));
      if (row && row.dataset.code !== panel().dataset.code) linkOf(row).click();
      else if (row) panel().focus();
    }
    if (event.target.closest("[data-select-none]")) { all(".ldg .ck input:checked").forEach(function (box) { box.checked = false; }); count(); }
    if (event.target.closest("[data-select-all]")) { doc.getElementById("bulk-all").value = "1"; count(); }
    if (event.target.closest("[data-shortcut-help]")) help();
  });

  /* selection: this page first; everything that the filter found only as an explicit second step */
  function count() {
    var bar = doc.getElementById("bulk");
    if (!bar) return;
    var boxes = all(".ldg tbody .ck input");
    var chosen = boxes.filter(function (box) { return box.checked; });
    var whole = doc.getElementById("bulk-all");
    var head = doc.getElementById("select-page");
    if (chosen.length < boxes.length || !boxes.length) whole.value = "";
    boxes.forEach(function (box) { box.closest("tr").setAttribute("aria-selected", String(box.checked)); });
    if (head) {
      head.checked = boxes.length > 0 && chosen.length === boxes.length;
      head.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    bar.hidden = !chosen.length;
    bar.querySelector("[data-bulk-count]").textContent = whole.value ? "已选全部 " + bar.dataset.total + " 项" : "已选 " + chosen.length + " 项";
    var more = bar.querySelector("[data-select-all]");
    if (more) more.hidden = Boolean(whole.value) || chosen.length < boxes.length || Number(bar.dataset.count) <= boxes.length;
  }
  doc.addEventListener("change", function (event) {
    if (event.target.id === "select-page") all(".ldg tbody .ck input").forEach(function (box) { box.checked = event.target.checked; });
    if (event.target.closest(".ck")) count();
  });

  /* filters: at once on a large screen, with 应用 on a phone; empty values stay out of the address */
  doc.addEventListener("htmx:configRequest", function (event) {
    var form = event.detail.elt;
    if (!form.classList.contains("filt")) return;
    var cause = event.detail.triggeringEvent;
    if (window.innerWidth < 768 && cause && cause.type === "change" && cause.target.type !== "search") { event.preventDefault(); return; }
    Array.from(event.detail.formData.entries()).forEach(function (pair) {
      if (pair[1] === "") event.detail.formData.delete(pair[0]);
    });
  });

  function help() {
    var box = doc.getElementById("shortcut-help");
    if (box && box.showModal && !box.open) box.showModal();
  }
  all("[data-shortcut-help]").forEach(function (button) { button.hidden = body.dataset.shortcuts === "off"; });
  all("#shortcut-help [data-close]").forEach(function (button) { button.addEventListener("click", function () { doc.getElementById("shortcut-help").close(); }); });

  /* keys by their place on the keyboard, so that an input method changes nothing */
  doc.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (doc.querySelector("dialog[open]")) return;
    if (event.code === "Escape") {
      if (isOpen() && !doc.querySelector("details.menu[open]")) { event.preventDefault(); close(); }
      return;
    }
    if (body.dataset.shortcuts === "off") return;
    var target = event.target;
    if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && target.type !== "checkbox")) return;
    var row = rowOf(current);
    if (event.code === "KeyJ") move(1);
    else if (event.code === "KeyK") move(-1);
    else if (event.code === "KeyX" && row) { var box = row.querySelector(".ck input"); if (box) { box.checked = !box.checked; count(); } }
    else if (event.code === "Slash" && event.shiftKey) help();
    else if (event.code === "Slash") doc.getElementById("q").focus();
    else if ((event.code === "KeyA" || event.code === "KeyR") && isOpen()) {
      var button = panel().querySelector('[data-key="' + event.code.slice(3) + '"]');
      if (button) button.click();
    } else return;
    event.preventDefault();
  });
  doc.addEventListener("focusin", function (event) {
    var row = event.target.closest && event.target.closest(".ldg tbody tr[data-code]");
    if (row && !isOpen()) mark(row);
  });

  current = panel() ? panel().dataset.code || "" : "";
  if (current) mark(rowOf(current));
  count();
})();
