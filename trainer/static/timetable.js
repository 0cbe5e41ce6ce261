// Sessions moved and stretched by mouse and by keys, and conflicts told while a session is typed.
// Without script every session has its form, which does the same.
(function () {
  "use strict";
  var doc = document;
  var board = doc.getElementById("board");
  var said = doc.getElementById("board-said");
  var STEP = 15; // minutes a press of a key, or so many pixels of the mouse
  var HANDLE = 12; // pixels at the lower edge that stretch

  function say(text, bad) {
    said.textContent = text;
    said.className = "board-said" + (bad ? " is-bad" : "");
  }

  function post(url, values, done) {
    var body = Object.keys(values).map(function (name) {
      return encodeURIComponent(name) + "=" + encodeURIComponent(values[name]);
    }).join("&");
    var request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.onload = function () { done(request.status, request.responseText, request.getResponseHeader("Content-Type") || ""); };
    request.onerror = function () { done(0, "", ""); };
    request.send(body);
  }

  // --- the board

  var held = null; // {slot, cell, minutes, keys}

  function slotOf(node) {
    return node && node.closest ? node.closest(".slot[data-move]") : null;
  }

  function cells() { return Array.prototype.slice.call(board.querySelectorAll("td[data-half]")); }

  function over(cell) {
    cells().forEach(function (one) { one.classList.toggle("is-over", one === cell); });
  }

  function name(slot) { return slot.querySelector("b").textContent; }

  function place(cell) {
    var row = cell.parentNode.querySelector("th");
    return row.firstChild.textContent + " " + cell.getAttribute("data-label");
  }

  function pick(slot, keys) {
    held = { slot: slot, cell: slot.parentNode, from: slot.parentNode, minutes: 0, keys: keys };
    slot.classList.add("is-held");
    if (keys) say(board.getAttribute("data-taken").replace("%s", name(slot)));
  }

  function leave() {
    if (!held) return;
    held.slot.classList.remove("is-held");
    held.slot.style.transform = "";
    over(null);
    held = null;
  }

  function drop() {
    var one = held, id = one.slot.id, cell = one.cell;
    leave();
    if (cell === one.from && !one.minutes) { say(""); return; }
    post(one.slot.getAttribute("data-move"), {
      csrf_token: board.getAttribute("data-csrf"),
      day: cell.getAttribute("data-day"),
      half: cell.getAttribute("data-half"),
      minutes: cell === one.from ? one.minutes : 0
    }, function (status, text, kind) {
      if (status === 200) {
        board.innerHTML = text;
        Array.prototype.forEach.call(board.querySelectorAll("[data-js]"), function (el) { el.hidden = false; });
        say(board.getAttribute("data-done"));
      } else {
        say(/plain/.test(kind) ? text : board.getAttribute("data-lost"), true);
      }
      var slot = doc.getElementById(id);
      if (slot) slot.focus();
    });
  }

  function step(key, stretch) {
    if (stretch) {
      held.minutes += key === "ArrowDown" ? STEP : key === "ArrowUp" ? -STEP : 0;
      say(name(held.slot) + " " + (held.minutes > 0 ? "+" : "") + held.minutes + " min");
      return;
    }
    var all = cells(), width = 3, index = all.indexOf(held.cell);
    var next = { ArrowLeft: index - 1, ArrowRight: index + 1, ArrowUp: index - width, ArrowDown: index + width }[key];
    if (all[next]) {
      held.cell = all[next];
      over(held.cell);
      held.cell.scrollIntoView({ block: "nearest" });
      say(place(held.cell));
    }
  }

  function keyed(event) {
    var slot = slotOf(event.target);
    if (!slot) return;
    if (!held) {
      if (event.key === " ") { event.preventDefault(); pick(slot, true); }
      return;
    }
    if (event.key === "Escape") { leave(); say(""); }
    else if (event.key === "Enter" || event.key === " ") drop();
    else if (/^Arrow/.test(event.key)) step(event.key, event.shiftKey);
    else return;
    event.preventDefault();
  }

  var start = null, dragged = false;

  function down(event) {
    var slot = slotOf(event.target);
    if (!slot || event.button !== 0 || event.pointerType === "touch") return;
    dragged = false;
    var edge = slot.getBoundingClientRect().bottom - event.clientY < HANDLE;
    start = { x: event.clientX, y: event.clientY, slot: slot, edge: edge };
  }

  function move(event) {
    if (!start) return;
    var x = event.clientX - start.x, y = event.clientY - start.y;
    if (!held) {
      if (Math.abs(x) + Math.abs(y) < 6) return;
      pick(start.slot, false);
      dragged = true;
    }
    if (start.edge) {
      held.minutes = Math.round(y / STEP) * STEP;
      say((held.minutes > 0 ? "+" : "") + held.minutes + " min");
      return;
    }
    held.slot.style.transform = "translate(" + x + "px," + y + "px)";
    held.slot.style.pointerEvents = "none";
    var below = doc.elementFromPoint(event.clientX, event.clientY);
    held.slot.style.pointerEvents = "";
    var cell = below && below.closest ? below.closest("td[data-half]") : null;
    if (cell) { held.cell = cell; over(cell); say(place(cell)); }
  }

  function release() {
    start = null;
    if (held && !held.keys) drop();
  }

  if (board && window.PointerEvent) {
    board.addEventListener("keydown", keyed);
    board.addEventListener("pointerdown", down);
    board.addEventListener("dragstart", function (event) { event.preventDefault(); });
    doc.addEventListener("pointermove", move);
    doc.addEventListener("pointerup", release);
    doc.addEventListener("pointercancel", function () { start = null; leave(); });
    board.addEventListener("click", function (event) {
      if (dragged && slotOf(event.target)) event.preventDefault();
      dragged = false;
    }, true);
  }

  // --- a session being typed

  var check = doc.querySelector("[data-check]");
  var found = doc.getElementById("typed-conflicts");
  var asked = 0;

  function ask() {
    var form = check.closest("form"), values = {};
    Array.prototype.forEach.call(form.elements, function (input) {
      if (input.name && input.name !== "sibling") values[input.name] = input.value;
    });
    var mine = ++asked;
    post(check.getAttribute("data-check"), values, function (status, text) {
      if (mine === asked && status === 200) found.innerHTML = text;
    });
  }

  if (check && found) check.addEventListener("change", ask);
})();
