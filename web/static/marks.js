// Hearts, and "less of this": a mark is sent without leaving the page.

const nameOf = (button) => button.dataset.mark ?? "like";

const show = (doc, name) => {
  for (const button of document.querySelectorAll(`.mark[value="${CSS.escape(doc)}"]`)) {
    const isSet = nameOf(button) === name;
    button.ariaPressed = String(isSet);
    button.name = isSet ? "unmark" : nameOf(button);
  }
};

document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (form.id !== "marks" || !button) return;
  event.preventDefault();
  const { name, value } = button;
  const body = new URLSearchParams([[name, value]]);
  try {
    const { ok, type } = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (ok || type === "opaqueredirect") show(value, name);
    else form.requestSubmit(button);
  } catch {
    // The server cannot be reached: the button stays as it was.
  }
});
