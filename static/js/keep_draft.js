// Keeps what an agent types on the server every few seconds, and says when; only while they type.
"use strict";

(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const EVERY = 10000;

  function typed() {
    const given = new FormData(form);
    for (const [name, value] of [...given]) if (value instanceof File) given.delete(name);
    return new URLSearchParams(given);
  }

  // A request that outlives its page is refused above 64 KB: only who leaves asks for one.
  const isLeaving = () => document.visibilityState === "hidden";
  let last = typed().toString();
  let isSending = false;

  async function keep() {
    const now = typed();
    if (isSending || now.toString() === last) return;
    last = now.toString();
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: now, keepalive: isLeaving() });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      form.querySelector("[data-kept]").textContent = (await answer.json()).said;
    } catch {
      last = "";
    }
  }

  form.addEventListener("submit", () => { isSending = true; });
  window.addEventListener("pageshow", () => { isSending = false; });
  document.addEventListener("visibilitychange", () => {
    if (isLeaving()) keep();
  });
  setInterval(keep, EVERY);
})();
