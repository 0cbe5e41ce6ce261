// The figures in the bar of the roll follow what is marked.
(function () {
  "use strict";
  var form = document.querySelector("form[data-roll]");
  if (!form) return;

  // On a phone the half-day being taken may lie outside the row of half-days.
  var here = document.querySelector(".halves [aria-current]");
  if (here) here.parentNode.parentNode.parentNode.scrollLeft = here.parentNode.offsetLeft - 48;

  var places = form.querySelectorAll("[data-count]");

  function count() {
    var found = {}, groups = form.querySelectorAll(".chips").length;
    Array.prototype.forEach.call(form.querySelectorAll(".chips input:checked"), function (input) {
      found[input.value] = (found[input.value] || 0) + 1;
      groups -= 1;
    });
    found[""] = groups;
    Array.prototype.forEach.call(places, function (place) {
      place.textContent = place.getAttribute("data-count").split(" ").reduce(function (sum, mark) {
        return sum + (found[mark] || 0);
      }, 0);
    });
  }

  // Marks set by keys and by "mark the rest" raise no change of their own.
  ["change", "click", "keydown"].forEach(function (kind) {
    document.addEventListener(kind, function () { setTimeout(count, 0); });
  });
  count();
})();
