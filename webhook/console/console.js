// The console works without this file. With it a list shows what is new by
// itself, unless somebody is filling in a form on it.
(function () {
  "use strict";
  var main = document.getElementById("main");
  var told = document.getElementById("live");
  if (!main || !told || !window.EventSource || !window.fetch || !window.DOMParser) return;
  var touched = false, behind = false, asking = false;

  main.addEventListener("input", function () { touched = true; });
  function busy() {
    var a = document.activeElement;
    return touched || document.hidden || (a && main.contains(a) && /^(INPUT|SELECT|TEXTAREA)$/.test(a.tagName));
  }

  function show() {
    if (asking) { behind = true; return; }
    asking = true;
    behind = false;
    fetch(location.href, { credentials: "same-origin", headers: { "X-Live": "1" } }).then(function (r) {
      if (!r.ok || r.redirected) throw new Error("not the page");
      return r.text();
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("main");
      if (!fresh || fresh.innerHTML === main.innerHTML) return;
      if (busy()) { wait(); return; }
      var at = document.activeElement, href = at && main.contains(at) ? at.getAttribute("href") : null;
      main.innerHTML = fresh.innerHTML;
      if (href) {
        // The keyboard stays where it was.
        var links = main.querySelectorAll("a");
        for (var i = 0; i < links.length; i++) if (links[i].getAttribute("href") === href) { links[i].focus({ preventScroll: true }); break; }
      }
      told.textContent = "这一页更新了";
    }).catch(function () {}).then(function () {
      asking = false;
      if (behind) show();
    });
  }

  // Somebody is writing here: say that there is news, and leave the page alone.
  function wait() {
    behind = true;
    told.textContent = "有新的记录，";
    var a = document.createElement("a");
    a.href = location.href;
    a.textContent = "更新这一页";
    told.appendChild(a);
  }

  document.addEventListener("visibilitychange", function () { if (!document.hidden && behind && !busy()) show(); });
  var source = new EventSource("/console/live");
  source.onmessage = function () { if (busy()) wait(); else show(); };
})();
