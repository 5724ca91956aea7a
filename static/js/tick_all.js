// A box above the rows of a page that ticks all of them, or none. Without scripts it is not there.
"use strict";

(() => {
  const box = document.querySelector("#tick-all");
  const rows = [...document.querySelectorAll(".action-select")];
  if (!box || !rows.length) return;

  function show() {
    const ticked = rows.filter((row) => row.checked).length;
    box.checked = ticked === rows.length;
    box.indeterminate = ticked > 0 && ticked < rows.length;
  }

  box.addEventListener("change", () => rows.forEach((row) => { row.checked = box.checked; }));
  box.form.addEventListener("change", show);
  box.closest("[hidden]").hidden = false;
  show();
})();
