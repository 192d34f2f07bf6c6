/* Drafts: <form data-autosave-url data-version>. Saves 1 s after the last key, at the latest every 3 s.
   An edit made elsewhere is shown beside this one and never overwritten; offline text waits in this browser tab. */
(function () {
  "use strict";
  var doc = document;
  var app = window.app;
  var DEBOUNCE_MS = 1000;
  var FORCE_MS = 3000;
  var RETRY_MS = 10000;

  function attach(form) {
    var url = form.dataset.autosaveUrl;
    var store = "draft:" + app.meta("user-id") + ":" + url;
    var version = Number(form.dataset.version || 0);
    var status = form.querySelector("[data-autosave-status]") || doc.querySelector("[data-autosave-status]");
    var dirtySince = 0, timer = 0, busy = false, blocked = false, leaving = false;

    function say(text, off) {
      if (!status) return;
      status.textContent = text;
      status.classList.toggle("off", Boolean(off));
    }
    function values() {
      var data = {};
      /* a list with nothing chosen is an answer too, so every named control appears */
      Array.prototype.forEach.call(form.elements, function (node) {
        if (node.name && node.type !== "file" && node.type !== "submit" && node.name !== "csrfmiddlewaretoken") data[node.name] = [];
      });
      new FormData(form).forEach(function (value, name) {
        if (name === "csrfmiddlewaretoken" || typeof value !== "string") return;
        (data[name] = data[name] || []).push(value);
      });
      return data;
    }
    function put(data) {
      Object.keys(data).forEach(function (name) { setField(form, name, data[name]); });
      form.dispatchEvent(new Event("change", { bubbles: true }));
    }
    function keep(data) {
      try { sessionStorage.setItem(store, JSON.stringify({ version: version, data: data })); } catch (ignored) { say("未连网，本机也存不下，请先复制内容", true); }
    }
    function drop() { sessionStorage.removeItem(store); }
    function touched() {
      var now = Date.now();
      if (!dirtySince) dirtySince = now;
      clearTimeout(timer);
      timer = setTimeout(save, Math.max(0, Math.min(DEBOUNCE_MS, dirtySince + FORCE_MS - now)));
    }
    function save() {
      if (busy || blocked || leaving) { if (dirtySince && busy) timer = setTimeout(save, 300); return; }
      clearTimeout(timer);
      var data = values();
      busy = true;
      dirtySince = 0;
      app.send("PUT", url, { version: version, data: data }).then(function (response) {
        if (app.isExpired(response)) return expired(data);
        if (response.status === 409) return response.json().then(function (theirs) { conflict(theirs, data); });
        if (!response.ok) return response.text().then(function (text) { refused(data, response.status, text); });
        return response.json().then(saved);
      }).catch(function () { offline(data); }).then(function () { busy = false; });
    }
    function saved(answer) {
      version = answer.version;
      form.dataset.version = version;
      drop();
      say("已保存 " + answer.saved_at);
      if (app.contact) app.contact();
    }
    function expired(data) {
      keep(data);
      say("登录已过期，内容留在本机", true);
      if (app.afterLogin) app.afterLogin(function () { busy = false; save(); });
    }
    function offline(data) {
      keep(data);
      say("未连网，内容留在本机，连上后自动保存", true);
      clearTimeout(timer);
      timer = setTimeout(save, RETRY_MS);
    }
    function refused(data, code, text) {
      var reason = "";
      try { reason = JSON.parse(text).error || ""; } catch (ignored) { /* an error page instead of an answer */ }
      keep(data);
      say(reason ? reason + "。内容留在本机" : "暂时没有保存，内容留在本机", true);
      if (code >= 500) timer = setTimeout(save, RETRY_MS);
    }
    function conflict(theirs, mine) {
      blocked = true;
      keep(mine);
      say("有两个版本，请选择", true);
      app.showConflict(form, theirs, mine, function (choice) {
        version = theirs.version;
        blocked = false;
        put(choice);
        save();
      });
    }
    function offerStored() {
      var stored = null;
      try { stored = JSON.parse(sessionStorage.getItem(store)); } catch (ignored) { drop(); }
      if (!stored) return;
      var bar = app.element("div", "note warn");
      var text = app.element("div", "grow");
      var use = app.element("button", "btn btn-p btn-s", "恢复这些内容");
      var not = app.element("button", "lnkb", "不要了");
      use.type = not.type = "button";
      bar.setAttribute("role", "region");
      bar.setAttribute("aria-label", "未保存的内容");
      text.append(app.element("p", "", "上次有内容没来得及保存，留在本机。"), use, not);
      bar.append(app.icon("exclamation-triangle-fill"), text);
      form.insertAdjacentElement("beforebegin", bar);
      use.addEventListener("click", function () { put(stored.data); bar.remove(); touched(); });
      not.addEventListener("click", function () { drop(); bar.remove(); });
    }
    form.addEventListener("input", touched);
    form.addEventListener("change", function (event) { if (event.target !== form) touched(); });
    form.addEventListener("submit", function () { leaving = true; clearTimeout(timer); drop(); });
    window.addEventListener("pageshow", function () { leaving = false; });
    window.addEventListener("online", function () { if (sessionStorage.getItem(store)) save(); });
    window.addEventListener("pagehide", function () { if (dirtySince && !leaving) keep(values()); });
    offerStored();
  }

  /* Put a list of values back into the controls of one name. */
  function setField(form, name, list) {
    var nodes = form.elements[name];
    if (!nodes) return;
    nodes = nodes.tagName ? [nodes] : Array.prototype.slice.call(nodes);
    nodes.forEach(function (node, index) {
      if (node.type === "checkbox" || node.type === "radio") node.checked = list.indexOf(node.value) >= 0;
      else if (node.multiple && node.options) Array.prototype.forEach.call(node.options, function (option) { option.selected = list.indexOf(option.value) >= 0; });
      else if (node.type !== "file") node.value = list[Math.min(index, list.length - 1)] || "";
    });
  }
  app.setField = setField;
  doc.querySelectorAll("form[data-autosave-url]").forEach(attach);
})();
