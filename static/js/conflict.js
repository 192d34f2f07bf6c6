/* Two versions of one draft, field by field: nothing is overwritten before a person chose. */
(function () {
  "use strict";
  var app = window.app;

  function labelOf(form, name) {
    var nodes = form.elements[name];
    var node = nodes && (nodes.tagName ? nodes : nodes[0]);
    if (!node) return name;
    var group = (node.type === "radio" || node.type === "checkbox") && node.closest("fieldset");
    var label = group ? group.querySelector("legend") : node.labels && node.labels[0];
    return label ? label.textContent.replace(/[*＊]\s*$/, "").trim() : name;
  }
  /* What the reader saw beside the box, not the code behind it. */
  function textOf(form, name, list) {
    var nodes = form.elements[name];
    if (!list || !list.join("")) return "（没有填写）";
    if (!nodes) return list.join("、");
    if (nodes.options) {
      return Array.prototype.filter.call(nodes.options, function (option) { return list.indexOf(option.value) >= 0; }).map(function (option) { return option.text; }).join("、");
    }
    nodes = nodes.tagName ? [nodes] : Array.prototype.slice.call(nodes);
    if (nodes[0].type !== "radio" && nodes[0].type !== "checkbox") return list.join("\n");
    return nodes.filter(function (node) { return list.indexOf(node.value) >= 0; })
      .map(function (node) { return node.labels && node.labels[0] ? node.labels[0].textContent.trim() : node.value; }).join("、");
  }
  function option(name, value, title, text, checked) {
    var label = app.element("label");
    var input = app.element("input", "form-check-input");
    input.type = "radio";
    input.name = "conflict-" + name;
    input.value = value;
    input.checked = checked;
    label.append(input, app.element("b", "", title), app.element("span", "", text));
    return label;
  }

  app.showConflict = function (form, theirs, mine, done) {
    var names = Object.keys(Object.assign({}, theirs.theirs, mine)).filter(function (name) {
      return JSON.stringify(theirs.theirs[name] || []) !== JSON.stringify(mine[name] || []);
    });
    if (!names.length) { done(mine); return; }
    var box = app.element("section", "conflict");
    box.tabIndex = -1;
    box.setAttribute("aria-label", "两个版本");
    box.append(app.element("h2", "", theirs.theirs_by + " " + theirs.theirs_at + " 修改了" + names.map(function (name) { return "“" + labelOf(form, name) + "”"; }).join("、")));
    box.append(app.element("p", "sub", "两个版本都在下面，逐项选一个；选“用我的”以后还可以在表单里合并。"));
    names.forEach(function (name) {
      var pair = app.element("fieldset", "pair");
      pair.append(app.element("legend", "form-label", labelOf(form, name)),
        option(name, "mine", "用我的", textOf(form, name, mine[name]), true),
        option(name, "theirs", "用对方的", textOf(form, name, theirs.theirs[name]), false));
      box.append(pair);
    });
    var button = app.element("button", "btn btn-p", "按所选保存");
    button.type = "button";
    box.append(button);
    form.insertAdjacentElement("beforebegin", box);
    box.focus();
    button.addEventListener("click", function () {
      var choice = Object.assign({}, mine);
      names.forEach(function (name) {
        var picked = box.querySelector('input[name="conflict-' + name + '"]:checked').value;
        choice[name] = (picked === "mine" ? mine[name] : theirs.theirs[name]) || [];
      });
      box.remove();
      done(choice);
    });
  };
})();
