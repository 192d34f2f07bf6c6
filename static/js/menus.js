/* <details class="menu"> opens without script; here: one open at a time, Esc and outside click close it. */
(function () {
  "use strict";
  var doc = document;
  function openMenus() { return Array.prototype.slice.call(doc.querySelectorAll("details.menu[open]")); }
  doc.addEventListener("click", function (event) {
    openMenus().forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });
  doc.addEventListener("toggle", function (event) {
    var menu = event.target;
    if (!menu.open || !menu.matches || !menu.matches("details.menu")) return;
    openMenus().forEach(function (other) { if (other !== menu && !other.contains(menu)) other.open = false; });
    var pop = menu.querySelector(".menu-pop");
    if (!pop || window.innerWidth < 768) return;
    pop.classList.remove("left");
    if (pop.getBoundingClientRect().left < 0) pop.classList.add("left");
  }, true);
  doc.addEventListener("keydown", function (event) {
    if (event.isComposing) return;
    var menu = event.target.closest && event.target.closest("details.menu[open]");
    if (event.key === "Escape") {
      openMenus().forEach(function (open) {
        open.open = false;
        if (open.contains(doc.activeElement) || open === menu) open.querySelector("summary").focus();
        event.stopPropagation();
      });
      return;
    }
    if (!menu || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    var items = Array.prototype.slice.call(menu.querySelectorAll(".menu-pop a, .menu-pop button:not([hidden])"));
    if (!items.length) return;
    var at = items.indexOf(doc.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    items[(at + items.length) % items.length].focus();
    event.preventDefault();
  }, true);
})();
/* [data-toggle="id"]: a button that shows and hides a part, such as the table behind a chart */
document.addEventListener("click", function (event) {
  var button = event.target.closest("[data-toggle]");
  if (!button) return;
  var part = document.getElementById(button.dataset.toggle);
  part.hidden = !part.hidden;
  button.setAttribute("aria-expanded", String(!part.hidden));
});
