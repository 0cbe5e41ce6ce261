// A total follows the numbers typed: inputs with data-sum="x" add up in [data-sum-of="x"].
(function () {
  "use strict";
  document.addEventListener("input", function (event) {
    var name = event.target.getAttribute && event.target.getAttribute("data-sum");
    if (!name) return;
    var total = 0;
    Array.prototype.forEach.call(document.querySelectorAll('[data-sum="' + name + '"]'), function (input) {
      total += parseInt(input.value, 10) || 0;
    });
    document.querySelector('[data-sum-of="' + name + '"]').textContent = total;
  });
})();
