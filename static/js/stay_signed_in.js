// Warns before somebody is signed out for doing nothing, on every tab, and lets them stay.
// Typed text needs no saving here: what is sent after the session ended waits for its sender.
const region = document.getElementById("idle-warning");
const [warning, ended] = ["idle-words", "idle-ended"].map((id) => document.getElementById(id));
const [idle, notice] = [region.dataset.idle * 1000, region.dataset.notice * 1000];
const tabs = new BroadcastChannel("signed-in");
let seen = Date.now();
let shown = null;

function show(words) {
  if (shown === words) return;
  shown = words;
  region.replaceChildren(...(words ? [words.content.cloneNode(true)] : []));
  const form = region.querySelector("form");
  if (form) form.addEventListener("submit", stay);
}

function look() {
  const left = seen + idle - Date.now();
  show(left <= 0 ? ended : left <= notice ? warning : null);
}

async function stay(event) {
  event.preventDefault();
  const form = event.target;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  // Led elsewhere: the session was over, or is somebody else's by now.
  if (answer.redirected || !answer.ok) return show(ended);
  seen = Date.now();
  tabs.postMessage("seen");
  look();
}

tabs.addEventListener("message", () => { seen = Date.now(); look(); });
tabs.postMessage("seen");
setInterval(look, 1000);
document.addEventListener("visibilitychange", look);
