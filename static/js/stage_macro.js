// Adds a macro's text and what it sets in place, where a page without scripts loads anew.
"use strict";

(() => {
  const PARTS = [".desk-composer", ".desk-properties"];

  async function stage(form) {
    const given = new FormData(form);
    given.set("status", "macro");
    const answer = await fetch(location.href, { method: "POST", body: given });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = PARTS.map((part) => [document.querySelector(part), page.querySelector(part)]);
    if (found.some(([old, fresh]) => !old || !fresh)) throw new Error("another page");
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
