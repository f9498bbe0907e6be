// Hearts, and "less of this": a mark is sent without leaving the page.

const nameOf = (button) => button.dataset.mark ?? "like";

const show = (doc, name) => {
  for (const button of document.querySelectorAll(`.mark[value="${CSS.escape(doc)}"]`)) {
    const isSet = nameOf(button) === name;
    button.ariaPressed = String(isSet);
    button.name = isSet ? "unmark" : nameOf(button);
  }
};

const script = document.querySelector("#unsent")?.dataset.script; // only who may mark documents has it
if (script) {
  const { inPlace, send } = await import(script);
  inPlace("#marks", async (form, button) => {
    const { name, value } = button;
    if (await send(form, button)) show(value, name);
  });
}
