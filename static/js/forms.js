/* Forms: error summary focus, double submit, unsaved changes, counters, radio cards, extra rows. */
(function () {
  "use strict";
  var doc = document;
  function start(root) {
    var summary = root.querySelector("[data-error-summary]");
    if (summary && !summary.closest("dialog")) summary.focus();
    root.querySelectorAll("[data-counter]").forEach(counter);
    root.querySelectorAll("form[data-guard]").forEach(function (form) { form.addEventListener("input", function () { form.dataset.dirty = "1"; }); });
    /* the server says where, what and how to mend; the browser's bubbles would stop at the first field */
    root.querySelectorAll("form").forEach(function (form) { if (form.method === "post") form.noValidate = true; });
    markCards(root);
  }
  function counter(holder) {
    var field = holder.querySelector("textarea, input");
    if (!field || holder.querySelector(".counter")) return;
    var limits = holder.dataset.counter.split(",").map(Number);
    var out = doc.createElement("div");
    out.className = "counter";
    out.id = (field.id || field.name) + "-count";
    field.setAttribute("aria-describedby", ((field.getAttribute("aria-describedby") || "") + " " + out.id).trim());
    field.removeAttribute("maxlength"); /* cutting pasted text without a word loses it; the server explains instead */
    field.insertAdjacentElement("afterend", out);
    function show() {
      var length = Array.from(field.value.replace(/\r\n/g, "\n").trim()).length;
      var range = limits[1] ? (limits[0] ? limits[0] + "—" + limits[1] : "最多 " + limits[1]) : "至少 " + limits[0];
      var over = limits[1] && length > limits[1];
      out.classList.toggle("over", Boolean(over));
      out.textContent = "已写 " + length + " 字" + (over ? "，超出 " + (length - limits[1]) + " 字，请删减" : "（" + range + " 字）");
    }
    field.addEventListener("input", show);
    show();
  }
  function markCards(root) {
    root.querySelectorAll(".rcard").forEach(function (card) {
      var choice = card.querySelector("input[type=radio]");
      card.classList.toggle("on", Boolean(choice && choice.checked));
      card.querySelectorAll("[data-when-chosen]").forEach(function (part) { part.hidden = !(choice && choice.checked); });
    });
  }
  doc.addEventListener("change", function (event) { if (event.target.closest(".rcard")) markCards(doc); });

  doc.addEventListener("click", function (event) {
    var link = event.target.closest(".error-summary a[href^='#']");
    if (link) {
      var id = decodeURIComponent(link.getAttribute("href").slice(1));
      var field = doc.getElementById(id) || doc.getElementById(id + "_0");
      if (!field) return;
      event.preventDefault();
      if (!/^(INPUT|SELECT|TEXTAREA|BUTTON|A)$/.test(field.tagName)) field = field.querySelector("input, select, textarea") || field;
      (field.closest("label, .mb-3, fieldset") || field).scrollIntoView({ block: "center" });
      field.focus({ preventScroll: true });
    }
  });

  /* A second click on a sent form is ignored. The button keeps its name and value, so it is never disabled. */
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-big-form")) return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    var question = (event.submitter || form).dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    delete form.dataset.dirty;
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    setTimeout(function () { release(form); }, 8000);
  });
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach(function (button) { button.removeAttribute("aria-disabled"); });
  }
  doc.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt.tagName === "FORM") release(event.detail.elt);
  });
  window.addEventListener("pageshow", function () { doc.querySelectorAll("form[data-sent]").forEach(release); });
  window.addEventListener("beforeunload", function (event) {
    if (!doc.querySelector("form[data-dirty]")) return;
    event.preventDefault();
    event.returnValue = "";
  });
  /* Safari reports the Enter that ends a Chinese composition as an ordinary one, except for the key code */
  doc.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.keyCode === 229 && event.target.tagName === "INPUT") event.preventDefault();
  }, true);

  /* extra rows: [data-add-row="prefix"] clones <template data-row="prefix"> and counts up the management form */
  doc.addEventListener("click", function (event) {
    var button = event.target.closest("[data-add-row]");
    if (!button) return;
    var prefix = button.dataset.addRow;
    var total = doc.getElementById("id_" + prefix + "-TOTAL_FORMS");
    var template = doc.querySelector('template[data-row="' + prefix + '"]');
    if (!total || !template) return;
    event.preventDefault();
    var holder = doc.createElement("div");
    holder.innerHTML = template.innerHTML.replace(/__prefix__/g, total.value).replace(/__number__/g, String(Number(total.value) + 1));
    var row = holder.firstElementChild;
    template.insertAdjacentElement("beforebegin", row);
    total.value = Number(total.value) + 1;
    start(row);
    var first = row.querySelector("input:not([type=hidden]), textarea, select");
    if (first) first.focus();
    button.form && button.form.dispatchEvent(new Event("input", { bubbles: true }));
  });

  start(doc);
  doc.addEventListener("htmx:afterSwap", function (event) { start(event.target); });
})();
