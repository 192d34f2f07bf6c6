/* htmx loads a form into #dialog and it opens as a modal; closing gives the focus back to the link that asked. */
(function () {
  "use strict";
  var doc = document;
  var box = doc.getElementById("dialog");
  var opener = null;
  var usable = typeof box.showModal === "function";

  function forDialog(event) { return event.detail.target === box; }
  doc.addEventListener("htmx:beforeRequest", function (event) {
    if (!forDialog(event)) return;
    if (!usable) {
      /* browsers without modal dialogs use the page that the link or form already points to */
      event.preventDefault();
      var element = event.detail.elt;
      if (element.tagName === "FORM") element.submit(); else location.href = element.getAttribute("href");
    } else if (!box.open) {
      opener = event.detail.elt;
    }
  });
  doc.addEventListener("htmx:afterSwap", function (event) {
    if (!forDialog(event)) return;
    if (!box.textContent.trim()) { if (box.open) box.close(); return; }
    if (!box.open) box.showModal();
    var first = box.querySelector("[data-error-summary], [autofocus]") ||
      box.querySelector(".db input:not([type=hidden]), .db select, .db textarea") || box.querySelector(".df button");
    if (first) first.focus();
  });
  box.addEventListener("close", function () {
    box.textContent = "";
    if (opener && doc.contains(opener)) opener.focus();
    opener = null;
  });
  doc.addEventListener("click", function (event) {
    var close = event.target.closest("[data-dialog-close]");
    if (!close || !box.contains(close)) return;
    event.preventDefault();
    box.close();
  });
  /* the server may answer with the header HX-Trigger: dialog:close */
  doc.addEventListener("dialog:close", function () { if (box.open) box.close(); });
})();
