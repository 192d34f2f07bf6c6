/* Shared ground of every page: request headers, expired sessions in htmx answers, toasts, large type. */
(function () {
  "use strict";
  var app = (window.app = {});
  var doc = document;

  app.meta = function (name) {
    var node = doc.querySelector('meta[name="' + name + '"]');
    return node ? node.content : "";
  };
  app.setCsrf = function (token) {
    doc.querySelector('meta[name="csrf-token"]').content = token;
    doc.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach(function (input) { input.value = token; });
  };
  app.send = function (method, url, body) {
    var headers = { "X-CSRFToken": app.meta("csrf-token"), "X-Requested-With": "XMLHttpRequest" };
    if (body && !(body instanceof FormData)) {
      headers["Content-Type"] = "application/json";
      body = JSON.stringify(body);
    }
    return fetch(url, { method: method, headers: headers, body: body, credentials: "same-origin", redirect: "manual" });
  };
  /* A redirect here can only lead to the login page. */
  app.isExpired = function (response) { return response.status === 401 || response.type === "opaqueredirect"; };

  doc.addEventListener("htmx:configRequest", function (event) {
    event.detail.headers["X-CSRFToken"] = app.meta("csrf-token");
  });
  doc.addEventListener("htmx:beforeSwap", function (event) {
    var xhr = event.detail.xhr;
    var atLogin = /\/login\/(\?|$)/.test(xhr.responseURL || "");
    if (xhr.status === 401 || atLogin) {
      event.detail.shouldSwap = false;
      if (app.meta("user-id")) doc.dispatchEvent(new CustomEvent("session:expired")); else location.reload();
    } else if (xhr.status === 409 || xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  function problem(text) {
    var main = doc.getElementById("main");
    var old = doc.getElementById("net-note");
    if (old) old.remove();
    var note = doc.createElement("div");
    note.id = "net-note";
    note.className = "note bad";
    note.setAttribute("role", "alert");
    note.textContent = text;
    main.insertBefore(note, main.firstChild);
  }
  app.problem = problem;
  doc.addEventListener("htmx:sendError", function () { problem("没有连上服务器，这一步没有执行。网络恢复后再试。"); });
  doc.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    if (status !== 401) problem(status === 404 ? "没有找到此内容，可能已经转出或撤回。刷新后再看。" : "系统没有完成这一步，请稍后再试。");
  });

  /* toasts stay at least 6 s and wait while they are pointed at or hold the focus */
  var MIN_MS = 6000;
  function arm(toast) {
    var timer;
    function start() { timer = setTimeout(function () { toast.remove(); }, Math.max(MIN_MS, toast.textContent.length * 150)); }
    function stop() { clearTimeout(timer); }
    toast.addEventListener("mouseenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusout", start);
    start();
  }
  app.icon = function (name) {
    var use = doc.querySelector("svg.ic use");
    var sprite = use ? use.getAttribute("href").split("#")[0] : "";
    var svg = doc.createElementNS("http://www.w3.org/2000/svg", "svg");
    var link = doc.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "ic");
    svg.setAttribute("aria-hidden", "true");
    link.setAttribute("href", sprite + "#" + name);
    svg.appendChild(link);
    return svg;
  };
  app.element = function (tag, className, text) {
    var node = doc.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };
  app.toast = function (text) {
    var toast = app.element("div", "toast0");
    var close = app.element("button", "ibtn");
    close.type = "button";
    close.setAttribute("data-toast-close", "");
    close.setAttribute("aria-label", "关闭提示");
    close.appendChild(app.icon("x-lg"));
    toast.append(app.icon("check-circle-fill"), app.element("p", "", text), close);
    doc.getElementById("toasts").appendChild(toast);
    arm(toast);
  };
  doc.querySelectorAll("[data-toast]").forEach(arm);
  doc.addEventListener("click", function (event) {
    var close = event.target.closest("[data-toast-close]");
    if (close) close.parentNode.remove();
    if (event.target.closest("[data-print]")) window.print();
  });
  /* the server may answer htmx with the header HX-Trigger: {"toast": "已保存"} */
  doc.addEventListener("toast", function (event) { app.toast(event.detail.value || event.detail); });

  var bigForm = doc.querySelector("[data-big-form]");
  if (bigForm) bigForm.addEventListener("submit", function (event) {
    event.preventDefault();
    var button = bigForm.querySelector("button");
    var on = !doc.documentElement.hasAttribute("data-big");
    doc.documentElement.toggleAttribute("data-big", on);
    button.setAttribute("aria-pressed", String(on));
    button.value = on ? "0" : "1";
    doc.cookie = "big=" + (on ? "1" : "0") + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
    if (!app.meta("user-id")) return;
    var data = new FormData();
    data.append("big", on ? "1" : "0");
    app.send("POST", bigForm.getAttribute("action"), data).catch(function () { /* the cookie already holds the choice */ });
  });
})();
