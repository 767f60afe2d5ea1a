// The page works without this file. With it nothing reloads, a person's answer
// appears by itself, and what was typed survives a lost net. Written for old
// WebViews: no arrow functions, no let.
(function () {
  "use strict";
  var main = document.querySelector("main");
  var body = document.body;
  var field = document.getElementById("say");
  var trouble = document.getElementById("trouble");
  var last = Number(body.getAttribute("data-last")) || 0;
  var offline = "网断了。您写的还在，连上再发。";
  var kept = "mb-unsent";
  var busy = false;
  var tapped = null; // the button that sent a form, where the event does not say

  var large = document.getElementById("large");
  large.addEventListener("change", function () {
    document.documentElement.className = large.checked ? "large" : "";
    document.cookie = "large=" + (large.checked ? "1" : "") + "; path=/; samesite=lax; max-age=" +
      (large.checked ? 34560000 : 0) + (location.protocol === "https:" ? "; secure" : "");
  });

  var leave = document.getElementById("leave");
  if (leave) {
    // The way back must not lead here.
    leave.addEventListener("click", function (e) {
      e.preventDefault();
      try { sessionStorage.removeItem(kept); } catch (_) {}
      location.replace(leave.href);
    });
  }
  if (!main || !field || !window.fetch || !window.crypto) return;

  try {
    if (!field.value) field.value = sessionStorage.getItem(kept) || "";
  } catch (_) {}
  field.addEventListener("input", keep);
  function keep() {
    try { sessionStorage.setItem(kept, field.value); } catch (_) {}
  }

  function say(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
  }
  window.addEventListener("offline", function () { say(offline); });
  window.addEventListener("online", function () { if (trouble.textContent === offline) say(""); });

  // add puts lines at the end, each once, whichever way they came.
  function add(html) {
    var box = document.createElement("div");
    box.innerHTML = html;
    var near = window.innerHeight + window.pageYOffset > document.documentElement.scrollHeight - 160;
    var mine = null, news = false, day = null;
    while (box.firstElementChild) {
      var el = box.firstElementChild;
      box.removeChild(el);
      var seq = Number(el.getAttribute("data-seq")) || 0;
      if (!seq) { day = el; continue; }
      if (seq <= last) { day = null; continue; }
      if (main.id === "empty") {
        main.id = "";
        main.innerHTML = '<h1 class="off">和明白的对话</h1>';
      }
      if (day) main.appendChild(day);
      main.appendChild(el);
      last = seq;
      news = true;
      if (el.className === "me") mine = day || el;
      day = null;
    }
    if (!news) return;
    body.setAttribute("data-last", last);
    if (mine) {
      var old = document.getElementById("last");
      if (old) old.removeAttribute("id");
      mine.id = "last";
      mine.scrollIntoView();
    } else if (near) {
      // An answer to what was just asked is read with the question above it.
      var before = main.lastElementChild.previousElementSibling;
      var top = before && before.className === "me" ? document.getElementById("last") : null;
      (top || main.lastElementChild).scrollIntoView();
    }
    var send = document.querySelector(".composer button");
    if (send) send.className = main.lastElementChild.className.indexOf("urgent") >= 0 ? "ink" : "seal";
  }

  document.addEventListener("click", function (e) {
    var b = e.target;
    while (b && b.tagName !== "BUTTON") b = b.parentElement;
    tapped = b;
  }, true);

  document.addEventListener("submit", function (e) {
    var form = e.target;
    if (form.getAttribute("action") !== "/say") return;
    e.preventDefault();
    if (busy) return;
    var typed = form.contains(field);
    var button = e.submitter || (tapped && form.contains(tapped) ? tapped : null);
    if (typed && !field.value.trim()) return;
    var data = "after=" + last;
    for (var i = 0; i < form.elements.length; i++) {
      var el = form.elements[i];
      if (el.name && (el.type !== "submit" || el === button)) data += pair(el);
    }
    busy = true;
    if (button) button.disabled = true;
    fetch("/say", {
      method: "POST", credentials: "same-origin", body: data,
      headers: { "X-Part": "1", "Content-Type": "application/x-www-form-urlencoded" }
    }).then(function (r) {
      return r.text().then(function (text) {
        if (!r.ok) { say(text.trim().slice(0, 60)); return; }
        say("");
        if (typed) { field.value = ""; keep(); }
        fresh(form.querySelector("[name=nonce]"));
        add(text);
        listen();
      });
    }, function () { say(offline); }).then(function () {
      busy = false;
      if (button) button.disabled = false;
    });
  });

  // A picture goes as soon as it is chosen, with what is typed beside it.
  var attach = document.getElementById("attach"), file = document.getElementById("file");
  if (attach && file && window.FormData) {
    attach.className = "quick";
    file.addEventListener("change", function () {
      if (!file.value || busy) return;
      var data = new FormData(attach);
      data.append("after", last);
      data.append("text", field.value);
      busy = true;
      say("正在发，别关这一页。");
      fetch("/file", { method: "POST", credentials: "same-origin", body: data, headers: { "X-Part": "1" } }).then(function (r) {
        return r.text().then(function (text) {
          if (!r.ok) { say(text.trim().slice(0, 60)); return; }
          say("");
          field.value = "";
          keep();
          fresh(attach.querySelector("[name=nonce]"));
          add(text);
          listen();
        });
      }, function () { say("网断了，照片没有发出去。连上再选一次。"); }).then(function () {
        busy = false;
        file.value = "";
      });
    });
  }

  function pair(el) {
    return "&" + encodeURIComponent(el.name) + "=" + encodeURIComponent(el.value);
  }

  // A new number for the next message. After a failure the old one stays, so
  // that a message that did arrive is not said twice.
  function fresh(el) {
    if (!el) return;
    var raw = new Uint8Array(16), s = "";
    window.crypto.getRandomValues(raw);
    for (var i = 0; i < raw.length; i++) s += ("0" + raw[i].toString(16)).slice(-2);
    el.value = s;
  }

  var source = null;
  function listen() {
    if (!window.EventSource || source && source.readyState !== 2) return;
    source = new EventSource("/events?after=" + last);
    source.onmessage = function (e) { add(e.data); };
    source.onopen = function () { if (trouble.textContent === offline) say(""); };
  }
  listen();
  document.addEventListener("visibilitychange", function () { if (!document.hidden) listen(); });
})();
