// The plan's table as a spreadsheet: keys, paste, undo, order. Without it the form still works.
(function () {
  "use strict";
  var form = document.getElementById("sheet");
  if (!form) return;
  var body = form.querySelector("[data-rows]");
  var said = form.querySelector("[data-said]");
  var undoButton = form.querySelector("[data-undo]");
  var template = form.querySelector("[data-template]");
  var done = [], undone = [], made = 0, dragged = null, before = "";

  function rows() { return Array.prototype.slice.call(body.children); }
  function cells(row) { return Array.prototype.slice.call(row.querySelectorAll("[data-cell]")); }
  function rowOf(node) { return node.closest("[data-row]"); }
  function say(text) { said.textContent = text; }
  function touched(node) { node.dispatchEvent(new Event("input", { bubbles: true })); }

  function number() {
    rows().forEach(function (row, index) {
      row.querySelector(".sheet-number").value = index + 1;
    });
  }

  // A step that can be taken back: what it does and what undoes it.
  function act(step) {
    step.go();
    done.push(step);
    undone = [];
    undoButton.disabled = false;
  }

  function back() {
    var step = done.pop();
    if (!step) return;
    step.back();
    undone.push(step);
    undoButton.disabled = !done.length;
    say(form.getAttribute("data-undone"));
  }

  function again() {
    var step = undone.pop();
    if (!step) return;
    step.go();
    done.push(step);
    undoButton.disabled = false;
    say(form.getAttribute("data-redone"));
  }

  function write(changes) {
    function put(which) {
      changes.forEach(function (change) {
        change.cell.value = change[which];
        touched(change.cell);
      });
      if (changes.length) changes[0].cell.focus();
    }
    return { go: function () { put("now"); }, back: function () { put("was"); } };
  }

  function addRow() {
    var row = template.content.firstElementChild.cloneNode(true);
    var key = "n" + (++made);
    row.querySelectorAll("[name]").forEach(function (field) {
      field.name = field.name.replace(/^new\./, key + ".");
      if (field.name === "row") field.value = key;
      if (field.id) field.id = field.id.replace(/^new-/, key + "-");
    });
    var place = rows().length + 1;
    row.querySelectorAll("[aria-label]").forEach(function (field) {
      field.setAttribute("aria-label", field.getAttribute("aria-label").trim() + " " + place);
    });
    row.querySelectorAll("[data-js]").forEach(function (el) { el.hidden = false; });
    body.appendChild(row);
    number();
    return row;
  }

  function moveTo(row, place) {
    var all = rows();
    var from = all.indexOf(row);
    if (place < 0 || place >= all.length || place === from) return;
    function put(index) {
      var focus = document.activeElement;
      var others = rows().filter(function (one) { return one !== row; });
      body.insertBefore(row, others[index] || null);
      number();
      touched(row.querySelector(".sheet-number"));
      if (focus && row.contains(focus)) focus.focus(); // a row that moves loses it
    }
    act({ go: function () { put(place); }, back: function () { put(from); } });
    say(form.getAttribute("data-moved")
      .replace("{name}", row.querySelector("[data-cell=name]").value)
      .replace("{number}", place + 1));
  }

  function goTo(cell, down, right) {
    var row = rowOf(cell), all = rows();
    var column = cells(row).indexOf(cell) + right;
    var next = all[all.indexOf(row) + down];
    if (!next && down > 0) next = addRow();
    var target = next && cells(next)[column];
    if (!target) return false;
    target.focus();
    if (target.select) target.select();
    return true;
  }

  // Cells as Excel copies them: tabs and lines, quoted where a cell holds a line break.
  function parse(text) {
    var table = [[""]], quoted = false;
    for (var i = 0; i < text.length; i++) {
      var c = text[i], row = table[table.length - 1];
      if (quoted) {
        if (c !== '"') row[row.length - 1] += c;
        else if (text[i + 1] === '"') { row[row.length - 1] += '"'; i++; }
        else quoted = false;
      } else if (c === '"' && row[row.length - 1] === "") quoted = true;
      else if (c === "\t") row.push("");
      else if (c === "\n") table.push([""]);
      else if (c !== "\r") row[row.length - 1] += c;
    }
    var last = table[table.length - 1];
    if (table.length > 1 && last.length === 1 && last[0] === "") table.pop();
    return table;
  }

  form.addEventListener("paste", function (event) {
    var cell = event.target.closest("[data-cell]");
    var text = cell && event.clipboardData && event.clipboardData.getData("text/plain");
    if (!text || !/[\t\n]/.test(text.replace(/\n$/, ""))) return;
    event.preventDefault();
    var first = rows().indexOf(rowOf(cell)), column = cells(rowOf(cell)).indexOf(cell);
    var changes = [];
    parse(text).forEach(function (line, down) {
      var row = rows()[first + down] || addRow();
      line.forEach(function (value, right) {
        var target = cells(row)[column + right];
        if (target) changes.push({ cell: target, was: target.value, now: value.trim() });
      });
    });
    act(write(changes));
    say(form.getAttribute("data-pasted").replace("{count}", changes.length));
  });

  form.addEventListener("focusin", function (event) {
    if (event.target.hasAttribute("data-cell")) before = event.target.value;
  });

  form.addEventListener("change", function (event) {
    var cell = event.target;
    if (cell.hasAttribute("data-delete")) {
      var row = rowOf(cell), on = cell.checked;
      act({
        go: function () { cell.checked = on; row.classList.toggle("is-deleted", on); },
        back: function () { cell.checked = !on; row.classList.toggle("is-deleted", !on); }
      });
    }
    if (cell.hasAttribute("data-cell") && cell.value !== before) {
      done.push(write([{ cell: cell, was: before, now: cell.value }]));
      undone = [];
      undoButton.disabled = false;
      before = cell.value;
    }
  });

  function undoKey(event) {
    var cell = event.target;
    if (cell.hasAttribute("data-cell") && cell.value !== before) {
      cell.value = before; // what is being typed goes first
      touched(cell);
      return;
    }
    back();
  }

  form.addEventListener("keydown", function (event) {
    var key = event.key, cell = event.target, command = event.ctrlKey || event.metaKey;
    if (event.isComposing) return; // a Chinese word is being chosen
    if (command && key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    } else if (command && key.toLowerCase() === "z" && !event.shiftKey) {
      event.preventDefault();
      undoKey(event);
    } else if (command && (key.toLowerCase() === "y" || (event.shiftKey && key.toLowerCase() === "z"))) {
      event.preventDefault();
      again();
    } else if (event.altKey && (key === "ArrowUp" || key === "ArrowDown") && rowOf(cell)) {
      event.preventDefault();
      moveTo(rowOf(cell), rows().indexOf(rowOf(cell)) + (key === "ArrowUp" ? -1 : 1));
    } else if (cell.hasAttribute("data-cell") && !command && !event.altKey) {
      cellKey(event, cell, key);
    }
  });

  function cellKey(event, cell, key) {
    var start = cell.selectionStart === 0, end = cell.selectionEnd === cell.value.length;
    var lines = cell.tagName === "TEXTAREA" && cell.value.indexOf("\n") >= 0;
    var went = false;
    if (key === "Enter" && !(event.shiftKey && cell.tagName === "TEXTAREA")) {
      went = true;
      goTo(cell, event.shiftKey ? -1 : 1, 0);
    } else if (key === "ArrowDown" && !lines && !listOpen(cell)) went = goTo(cell, 1, 0);
    else if (key === "ArrowUp" && !lines && !listOpen(cell)) went = goTo(cell, -1, 0);
    else if (key === "ArrowLeft" && start && cell.selectionEnd === 0) went = goTo(cell, 0, -1);
    else if (key === "ArrowRight" && end && cell.selectionStart === cell.value.length) went = goTo(cell, 0, 1);
    if (went) event.preventDefault();
  }

  // In the list of modes the arrows choose while the cell is empty.
  function listOpen(cell) { return cell.hasAttribute("list") && cell.value === ""; }

  form.querySelector("[data-more]").addEventListener("click", function (event) {
    event.preventDefault();
    cells(addRow())[0].focus();
  });
  undoButton.addEventListener("click", back);

  // Dragging: only from the handle, so that text can still be selected.
  body.addEventListener("pointerdown", function (event) {
    var handle = event.target.closest("[data-handle]");
    if (!handle) return;
    dragged = rowOf(handle);
    dragged.classList.add("is-dragged");
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  body.addEventListener("pointermove", function (event) {
    if (!dragged) return;
    var over = document.elementFromPoint(event.clientX, event.clientY);
    var row = over && over.closest("[data-row]");
    rows().forEach(function (one) { one.classList.toggle("is-over", one === row && one !== dragged); });
  });
  body.addEventListener("pointerup", function (event) {
    if (!dragged) return;
    var over = document.elementFromPoint(event.clientX, event.clientY);
    var row = over && over.closest("[data-row]"), moving = dragged;
    dragged = null;
    rows().forEach(function (one) { one.classList.remove("is-over", "is-dragged"); });
    if (row && row !== moving) moveTo(moving, rows().indexOf(row));
  });
  form.addEventListener("submit", function () {
    if (document.activeElement && document.activeElement.blur) document.activeElement.blur();
  });
})();
