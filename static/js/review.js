/* Review queue and item page: A passes, R returns, J and K change the list. Everything also works as plain links. */
(function () {
  "use strict";
  var doc = document;
  function press(key) {
    var button = doc.querySelector('main [data-key="' + key + '"]');
    if (button) button.click();
    return Boolean(button);
  }
  function leaf(step) {
    var rows = Array.prototype.slice.call(doc.querySelectorAll("[data-queue-row]"));
    var at = rows.indexOf(doc.querySelector('[data-queue-row][aria-current="true"]'));
    var row = rows[at + step];
    if (row) row.click();
    return Boolean(row);
  }
  doc.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (doc.body.dataset.shortcuts === "off" || doc.querySelector("dialog[open]")) return;
    var target = event.target;
    if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && target.type !== "checkbox")) return;
    var acted = event.code === "KeyA" ? press("A") : event.code === "KeyR" ? press("R") : event.code === "KeyJ" ? leaf(1) : event.code === "KeyK" && leaf(-1);
    if (acted) event.preventDefault();
  });
})();
