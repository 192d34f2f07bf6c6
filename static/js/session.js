/* Idle end of the session: a warning 5 minutes before, and a password form that keeps the page after it. */
(function () {
  "use strict";
  var doc = document;
  var app = window.app;
  var idleMs = Number(app.meta("idle-minutes")) * 60000;
  var warnMs = Math.min(5 * 60000, idleMs / 2);
  var warn = doc.getElementById("session-warn");
  var login = doc.getElementById("session-login");
  var lastContact = Date.now();
  var waiting = [];
  var channel = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  if (!idleMs || typeof warn.showModal !== "function") return;

  /* Only requests that a person caused count; pollers send X-Background and are left out, here and on the server. */
  function contact() {
    lastContact = Date.now();
    if (warn.open) warn.close();
  }
  app.contact = function () { contact(); if (channel) channel.postMessage("contact"); };
  if (channel) channel.onmessage = contact;
  doc.addEventListener("htmx:afterRequest", function (event) {
    var config = event.detail.requestConfig;
    if (event.detail.successful && !(config && config.headers["X-Background"])) app.contact();
  });

  function tick() {
    var idle = Date.now() - lastContact;
    if (login.open) return;
    if (idle >= idleMs) expire();
    else if (idle >= idleMs - warnMs && !warn.open) { markWarning(); warn.showModal(); }
    else if (warn.open) markWarning();
  }
  function markWarning() {
    var minutes = Math.max(1, Math.ceil((idleMs - (Date.now() - lastContact)) / 60000));
    doc.getElementById("session-warn-title").textContent = minutes + " 分钟后将自动退出，内容已保存";
  }
  setInterval(tick, 15000);
  doc.addEventListener("visibilitychange", function () { if (!doc.hidden) tick(); });

  doc.querySelector("[data-session-keep]").addEventListener("click", function () {
    app.send("POST", "/session/keep/").then(function (response) {
      if (app.isExpired(response)) expire(); else app.contact();
    }).catch(function () { app.problem("没有连上服务器，请检查网络。内容留在本页。"); warn.close(); });
  });

  function expire() {
    if (warn.open) warn.close();
    if (!login.open) login.showModal();
    doc.getElementById("session-password").focus();
  }
  doc.addEventListener("session:expired", expire);
  /* Work that met an expired session is done again after the password was given. */
  app.afterLogin = function (work) { waiting.push(work); expire(); };
  login.addEventListener("cancel", function (event) { event.preventDefault(); });

  login.querySelector("form").addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    var field = doc.getElementById("session-password");
    var error = doc.getElementById("session-error");
    error.textContent = "";
    app.send("POST", "/session/relogin/", { username: event.target.elements.username.value, password: field.value }).then(function (response) {
      if (response.ok) return response.json().then(resume);
      return response.text().then(function (text) { error.textContent = reason(text, response.status); field.select(); });
    }).catch(function () { error.textContent = "没有连上服务器，请稍后再试。内容留在本页。"; });
    function resume(answer) {
      app.setCsrf(answer.csrf);
      field.value = "";
      app.contact();
      login.close();
      waiting.splice(0).forEach(function (work) { work(); });
    }
  });
  function reason(text, status) {
    try { return JSON.parse(text).error || "密码不对，请核对后再输入。"; } catch (ignored) {
      return status >= 500 ? "系统没有完成登录，请稍后再试。" : "密码不对，请核对后再输入。";
    }
  }
})();
