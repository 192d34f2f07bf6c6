/* Several files at once, one request per file, each with its own progress and its own error. */
(function () {
  "use strict";
  var doc = document;
  var app = window.app;

  function attach(drop) {
    var input = drop.querySelector("input[type=file]");
    var list = drop.querySelector("[data-upload-list]");
    if (!drop.dataset.upload) return; /* without an address the files go with the form */
    function take(files) {
      Array.prototype.forEach.call(files, function (file) { send(file); });
    }
    input.addEventListener("change", function () { take(input.files); input.value = ""; });
    ["dragover", "dragenter"].forEach(function (name) { drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add("over"); }); });
    ["dragleave", "drop"].forEach(function (name) { drop.addEventListener(name, function () { drop.classList.remove("over"); }); });
    drop.addEventListener("drop", function (event) { event.preventDefault(); take(event.dataTransfer.files); });

    function refusal(file) {
      var max = Number(drop.dataset.maxMb);
      var ending = (file.name.match(/\.[^.]+$/) || [""])[0].toLowerCase();
      var accepted = (input.accept || "").toLowerCase().split(",").map(function (part) { return part.trim(); }).filter(Boolean);
      if (file.size > max * 1048576) return "“" + file.name + "”未上传：现在 " + (file.size / 1048576).toFixed(1) + " MB，单个不超过 " + max + " MB。请压缩或拆分后再传";
      if (file.size === 0) return "“" + file.name + "”未上传：文件是空的。请打开确认内容后再传";
      if (accepted.length && ending && accepted.every(function (part) { return part[0] === "."; }) && accepted.indexOf(ending) < 0) {
        return "“" + file.name + "”未上传：暂不支持 " + ending.slice(1).toUpperCase() + "。请用 " + accepted.join("、").replace(/\./g, "").toUpperCase();
      }
      return "";
    }
    function send(file) {
      var row = app.element("li");
      var state = app.element("span", "muted", "等待上传");
      row.append(app.icon("file-earmark"), app.element("span", "nm", file.name), state);
      list.appendChild(row);
      var reason = refusal(file);
      if (reason) { fail(reason, false); return; }
      var bar = app.element("progress");
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name + " 上传进度");
      row.appendChild(bar);
      run();

      function run() {
        var xhr = new XMLHttpRequest();
        var body = new FormData();
        body.append(drop.dataset.uploadName, file);
        xhr.open("POST", drop.dataset.upload);
        xhr.setRequestHeader("X-CSRFToken", app.meta("csrf-token"));
        xhr.setRequestHeader("X-Requested-With", "XMLHttpRequest");
        xhr.setRequestHeader("Accept", "application/json");
        xhr.upload.onprogress = function (event) { bar.value = event.loaded / event.total * 100; state.textContent = "上传中 " + Math.round(bar.value) + "%"; };
        xhr.onerror = function () { fail("“" + file.name + "”未上传：网络中断，请重试", true); };
        xhr.onload = function () { answer(xhr); };
        state.textContent = "上传中";
        xhr.send(body);
      }
      function answer(xhr) {
        if (xhr.status === 401 || /\/login\//.test(xhr.responseURL)) {
          state.textContent = "等待重新登录";
          if (app.afterLogin) app.afterLogin(run);
          return;
        }
        var data = {};
        try { data = JSON.parse(xhr.responseText); } catch (ignored) { /* an error page instead of an answer */ }
        if (xhr.status >= 200 && xhr.status < 300) {
          bar.remove();
          state.textContent = "已上传";
          row.dispatchEvent(new CustomEvent("upload:done", { bubbles: true, detail: data }));
          if (drop.dataset.uploadReload && window.htmx) window.htmx.trigger(drop.dataset.uploadReload, "refresh");
        } else {
          fail(data.error || "“" + file.name + "”未上传：服务器没有收下，请重试", xhr.status >= 500);
        }
      }
      function fail(text, again) {
        var old = row.querySelector("progress");
        if (old) old.remove();
        state.textContent = "";
        var error = app.element("span", "err", text);
        row.appendChild(error);
        if (again) {
          var retry = app.element("button", "lnkb", "重试");
          retry.type = "button";
          retry.addEventListener("click", function () { row.remove(); send(file); });
          error.appendChild(retry);
        }
      }
    }
  }
  doc.querySelectorAll("[data-upload]").forEach(attach);
  doc.addEventListener("htmx:afterSwap", function (event) { event.target.querySelectorAll("[data-upload]").forEach(attach); });
})();
