// Adds a macro's text and what it sets in place, where a page without scripts loads anew. What is
// typed while it is fetched is not replaced: the page then loads anew with it.
"use strict";

(() => {
  const PARTS = [".desk-composer", ".desk-properties"];

  const typed = (form) => JSON.stringify([...new FormData(form)]);

  async function stage(form) {
    const before = typed(form);
    const given = new FormData(form);
    given.set("status", "macro");
    const answer = await fetch(location.href, { method: "POST", body: given });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = PARTS.map((part) => [document.querySelector(part), page.querySelector(part)]);
    if (found.some(([old, fresh]) => !old || !fresh)) throw new Error("another page");
    if (typed(form) !== before) throw new Error("typed on meanwhile");
    for (const [old, fresh] of found) old.replaceWith(fresh);
    const text = document.getElementById("id_body");
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[value=macro]");
    if (!button) return;
    event.preventDefault();
    try {
      await stage(button.form);
    } catch {
      button.form.requestSubmit(button);
    }
  });
})();
