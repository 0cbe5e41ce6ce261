// Small helps on top of pages that work without them.
(function () {
  "use strict";
  var doc = document;
  doc.documentElement.className += " js";

  function each(selector, use) {
    Array.prototype.forEach.call(doc.querySelectorAll(selector), use);
  }

  // Closest ancestor (or the element itself) that matches.
  function up(node, selector) {
    while (node && node.nodeType === 1 && !node.matches(selector)) node = node.parentNode;
    return node && node.nodeType === 1 ? node : null;
  }

  // Controls that mean nothing without script are served hidden.
  each("[data-js]", function (el) { el.hidden = false; });

  // After a refused form the summary of mistakes is read first.
  var summary = doc.querySelector("[data-focus]");
  if (summary) summary.focus();

  function copied(button) {
    var was = button.lastChild.textContent;
    button.lastChild.textContent = button.getAttribute("data-done");
    setTimeout(function () { button.lastChild.textContent = was; }, 2000);
  }

  function copy(button) {
    var input = doc.getElementById(button.getAttribute("data-copy"));
    input.focus();
    input.select();
    if (navigator.clipboard) {
      navigator.clipboard.writeText(input.value).then(function () { copied(button); });
    } else if (doc.execCommand("copy")) {
      copied(button);
    }
  }

  function markAll(button) {
    each(button.getAttribute("data-mark-all"), function (radio) {
      var group = doc.getElementsByName(radio.name);
      var taken = Array.prototype.some.call(group, function (one) { return one.checked; });
      if (!taken) { radio.checked = true; changed(radio); }
    });
  }

  doc.addEventListener("click", function (event) {
    var button = up(event.target, "button");
    if (button && button.hasAttribute("data-copy")) copy(button);
    if (button && button.hasAttribute("data-print")) window.print();
    if (button && button.hasAttribute("data-mark-all")) markAll(button);
    if (button && button.hasAttribute("data-close")) {
      var open = up(button, "details");
      open.removeAttribute("open");
      open.querySelector("summary").focus();
    }
    each(".menu[open]", function (menu) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });

  doc.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      each(".menu[open]", function (menu) {
        menu.removeAttribute("open");
        menu.querySelector("summary").focus();
      });
    }
    rollKey(event);
  });

  // In the roll, 1–5 set the mark and go on to the next person.
  function rollKey(event) {
    var chips = up(event.target, ".chips");
    if (!chips || !/^[1-9]$/.test(event.key)) return;
    var radio = chips.querySelectorAll("input")[event.key - 1];
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    changed(radio);
    var column = Array.prototype.slice.call(
      doc.querySelectorAll(chips.hasAttribute("data-column")
        ? '.chips[data-column="' + chips.getAttribute("data-column") + '"]' : ".chips"));
    var next = column[column.indexOf(chips) + 1];
    if (next) (next.querySelector("input:checked") || next.querySelector("input")).focus();
  }

  // Leaving with unsaved changes asks first, where the form wants it.
  var dirty = false;
  function changed(input) {
    var form = up(input, "form[data-guard]");
    if (!form) return;
    dirty = true;
    each("[data-unsaved]", function (el) { el.hidden = false; });
  }
  doc.addEventListener("change", function (event) {
    var input = event.target;
    changed(input);
    if (input.hasAttribute("data-autosubmit")) input.form.submit();
    if (input.hasAttribute("data-check-all")) {
      each(input.getAttribute("data-check-all"), function (box) {
        if (!box.disabled && !up(box, "[hidden]")) box.checked = input.checked;
      });
    }
  });
  window.addEventListener("beforeunload", function (event) {
    if (dirty) { event.preventDefault(); event.returnValue = ""; }
  });

  // Typing narrows a long list on the page: data-narrow names its rows.
  doc.addEventListener("input", function (event) {
    var rows = event.target.getAttribute("data-narrow");
    if (!rows) return;
    var word = event.target.value.trim().toLowerCase();
    each(rows, function (row) {
      row.hidden = word !== "" && row.textContent.toLowerCase().indexOf(word) < 0;
    });
  });

  // A form is sent once, and a slow answer shows that it is on its way.
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "");
    dirty = false;
    var button = event.submitter || form.querySelector("[data-busy]");
    if (!button || !button.hasAttribute("data-busy")) return;
    button.setAttribute("aria-busy", "true");
    setTimeout(function () { button.textContent = button.getAttribute("data-busy"); }, 600);
  });
  window.addEventListener("pageshow", function () {
    each("[data-sent]", function (form) { form.removeAttribute("data-sent"); });
    each("[aria-busy]", function (button) { button.removeAttribute("aria-busy"); });
  });
})();
