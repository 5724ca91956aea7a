// Gives the desk's search fields (Select2's, which has no name for them) the name of their label.
(function () {
  "use strict";

  function name(box) {
    const select = box.closest(".select2-container").previousElementSibling;
    const label = select && document.querySelector(`label[for="${select.id}"]`);
    if (!label) return;
    const text = label.textContent.replace(/:\s*$/, "").trim();
    box.removeAttribute("aria-labelledby");
    box.setAttribute("aria-label", text);
    box.querySelectorAll("[role=textbox]").forEach((part) => part.setAttribute("aria-label", text));
  }

  function nameAll() {
    document.querySelectorAll(".select2-selection").forEach(name);
  }

  // Select2 makes them whenever it is ready, and again for each row that is added.
  new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
})();
