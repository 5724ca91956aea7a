// Puts a button after each password field that shows what is typed; without it nothing is missing.
const words = document.getElementById("show-password");

for (const field of document.querySelectorAll("input[type=password]")) {
  const button = words.content.firstElementChild.cloneNode(true);
  const [show, hide] = [button.textContent, button.dataset.hide];
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = shown ? show : hide;
  });
  // A field that is sent as text would be remembered by the browser like any other text.
  field.form.addEventListener("submit", () => { field.type = "password"; });
  field.after(button);
}
