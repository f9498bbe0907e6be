// Hearts, and "less of this": a mark is sent without leaving the page.

const nameOf = (button) => button.dataset.mark ?? "like";

const show = (doc, name) => {
  for (const button of document.querySelectorAll(`.mark[value="${CSS.escape(doc)}"]`)) {
    const isSet = nameOf(button) === name;
    button.ariaPressed = String(isSet);
    button.name = isSet ? "unmark" : nameOf(button);
  }
};

// With an ended session, the answer is the page to log in.
const isKept = ({ ok, url }) => ok && new URL(url).pathname !== "/login";

document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (form.id !== "marks" || !button || form.dataset.failed !== undefined) return;
  event.preventDefault();
  const { name, value } = button;
  const body = new URLSearchParams([[name, value]]);
  try {
    if (isKept(await fetch(form.action, { method: "POST", body }))) {
      show(value, name);
      return;
    }
    form.dataset.failed = "";
    form.requestSubmit(button); // the browser shows what is wrong
  } catch {
    // The server cannot be reached: the button stays as it was.
  }
});
