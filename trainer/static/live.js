// The list follows what is typed into its search field; without script the form is sent.
(function () {
  "use strict";
  var results = document.getElementById("results");
  var input = document.querySelector("form.filter input[type=search]");
  if (!results || !input || !window.fetch || !window.URLSearchParams) return;
  var form = input.form;
  var status = document.getElementById("results-status");
  var wait = 0;
  var asked = 0;
  var shown = input.value.trim();

  function address() {
    var query = new URLSearchParams(new FormData(form));
    var sort = new URLSearchParams(location.search).get("sort");
    if (sort) query.set("sort", sort);
    Array.from(query.keys()).forEach(function (key) {
      if (!query.get(key)) query.delete(key);
    });
    return location.pathname + "?" + query;
  }

  function show(page, url) {
    var fresh = new DOMParser().parseFromString(page, "text/html").getElementById("results");
    if (!fresh) { form.submit(); return; }
    results.innerHTML = fresh.innerHTML;
    Array.prototype.forEach.call(results.querySelectorAll("[data-js]"), function (el) {
      el.hidden = false;
    });
    status.textContent = fresh.getAttribute("data-status");
    history.replaceState(null, "", url);
  }

  function ask() {
    var text = input.value.trim();
    if (text === shown || text.length === 1 && text < "\u0250") return;
    shown = text;
    var mine = ++asked;
    var url = address();
    results.setAttribute("aria-busy", "true");
    fetch(url, { credentials: "same-origin" }).then(function (answer) {
      return answer.ok && !answer.redirected ? answer.text() : "";
    }).then(function (page) {
      if (mine === asked) show(page, url);
    }).catch(function () {
      if (mine === asked) shown = null; // the next letter tries again
    }).then(function () {
      if (mine === asked) results.removeAttribute("aria-busy");
    });
  }

  input.addEventListener("input", function (event) {
    clearTimeout(wait);
    if (!event.isComposing) wait = setTimeout(ask, 250);
  });
  input.addEventListener("compositionend", function () { wait = setTimeout(ask, 250); });
})();
