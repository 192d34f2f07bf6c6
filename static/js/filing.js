/* Problem form: days left beside the date, the date that 立行立改 means, and the hint about missing facts. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-filing]");
  if (!form) return;

  var holder = form.querySelector("[data-due]");
  if (holder) {
    var field = holder.querySelector("input");
    var out = holder.querySelector("[data-due-left]");
    var DAY = 86400000;
    var filledByType = false;
    var parse = function (text) {
      var match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
      return match ? Date.UTC(match[1], match[2] - 1, match[3]) : NaN;
    };
    var show = function () {
      var days = Math.round((parse(field.value) - parse(holder.dataset.today)) / DAY);
      out.textContent = isNaN(days) ? "" : days > 0 ? "还有 " + days + " 天" : days === 0 ? "就是今天" : "已经过去 " + -days + " 天";
    };
    form.addEventListener("change", function (event) {
      if (event.target.name === "rect_type") {
        if (event.target.value === "immediate" && !field.value) {
          field.value = holder.dataset.immediate;
          filledByType = true;
        } else if (event.target.value !== "immediate" && filledByType) {
          field.value = "";
          filledByType = false;
        }
      }
      if (event.target === field) filledByType = false;
      show();
    });
    field.addEventListener("input", show);
    show();
  }

  var hint = form.querySelector("[data-soft-hint]");
  if (hint) {
    /* the same signs of a fact as on the server */
    var fact = /\d|[一二三四五六七八九十两几多]+[次件天周月年份所名人项个起篇场小]|[今去前上本][年月周]|[春秋]季|学期|每[天周月次]|期间/;
    var problem = form.elements.problem;
    var check = function () {
      hint.hidden = problem.value.trim().length < 20 || fact.test(problem.value) || Boolean(form.elements.happened.value.trim());
    };
    problem.addEventListener("change", check);
    form.elements.happened.addEventListener("change", check);
  }
})();
