// Asks the server what a page looks like after an answer, and changes just that: questions come and
// go, level and promise follow. What stays is not touched, so typed text, files and focus stay.
// Without it, sending the form shows the same.
const form = document.getElementById("request");
const questions = document.getElementById("questions");
const news = document.getElementById("news");
const PARTS = ".field, input[type=hidden]";
let asking = new AbortController();

form.addEventListener("change", async ({ target }) => {
  if (!form.dataset.steering.split(" ").includes(target.name)) return;
  asking.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(form.action, { method: "POST", body: typed(), signal: asking.signal });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.url);
  } catch {
    // Away, or overtaken by the next answer: the form is as it was, and sending it still works.
  }
});

function typed() {
  const data = new FormData(form);
  data.delete("files"); // these are sent once, with the form
  return data;
}

function show(page, url) {
  const fresh = page.getElementById("request");
  if (!fresh) return; // a page that is not this form: signed out, or filed elsewhere
  form.action = fresh.action;
  form.dataset.steering = fresh.dataset.steering;
  history.replaceState(null, "", url);
  replacePromise(page.getElementById("promise"));
  if (mergeQuestions(page.getElementById("questions"))) say(news.dataset.more);
}

function replacePromise(fresh) {
  const promise = document.getElementById("promise");
  if (promise.textContent.trim() !== fresh.textContent.trim()) promise.replaceChildren(...fresh.childNodes);
}

function mergeQuestions(fresh) {
  const wanted = [...fresh.children].filter((part) => part.matches(PARTS));
  const names = new Set(wanted.map((part) => part.id));
  for (const part of questions.querySelectorAll(PARTS)) {
    if (part.id && !names.has(part.id) && part.parentElement === questions) part.remove();
  }
  let last = null, added = 0;
  for (const part of wanted) {
    const standing = document.getElementById(part.id);
    if (part.type === "hidden" && standing) standing.value = part.value;
    if (!standing) {
      if (last) last.after(part); else questions.prepend(part);
      added += part.matches(".field") ? 1 : 0;
    }
    last = standing ?? part;
  }
  return added;
}

function say(words) {
  news.textContent = "";
  requestAnimationFrame(() => { news.textContent = words; });
}
