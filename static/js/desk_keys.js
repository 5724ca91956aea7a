// Single letters on the desk, outside fields and never with another key: j k Enter in a list, r n m a
// on a ticket, / for the search and ? for help. Ctrl or Cmd with Enter sends, inside the composer alone.
"use strict";

(() => {
  const FIELDS = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]";
  const rows = () => [...document.querySelectorAll("table.queue tbody tr")];
  const link = (row) => row.querySelector("th a");

  function move(step) {
    const all = rows();
    if (!all.length) return false;
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const to = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
    link(all[Math.min(Math.max(to, 0), all.length - 1)]).focus();
    return true;
  }

  function focus(selector) {
    const control = document.querySelector(selector);
    if (!control) return false;
    control.closest("details")?.setAttribute("open", "");
    control.focus();
    return true;
  }

  function write(kind) {
    const choice = document.querySelector(`.composer input[name=kind][value=${kind}]`);
    if (!choice) return false;
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    return focus(".composer textarea");
  }

  function help() {
    const keys = document.getElementById("keys");
    if (!keys) return false;
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
    return true;
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    r: () => write("public"),
    n: () => write("note"),
    m: () => focus("#id_macro"),
    a: () => focus("#id_assignee"),
    "/": () => focus("input[type=search]"),
    "?": help,
  };

  function send(event) {
    const buttons = event.target.closest(".composer")?.querySelectorAll("button.btn-primary[type=submit]") ?? [];
    const main = [...buttons].find((button) => button.checkVisibility());
    if (!main) return false;
    main.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const isSending = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (isSending ? send(event) : isLetter(event) && KEYS[event.key]?.()) event.preventDefault();
  });

  // Shift is how "?" is typed on most keyboards; what counts is the letter that comes of it.
  function isLetter(event) {
    const withOthers = event.ctrlKey || event.metaKey || (event.shiftKey && event.key !== "?" && event.key !== "/");
    return !withOthers && Object.hasOwn(KEYS, event.key) && !event.target.closest(FIELDS);
  }
})();
