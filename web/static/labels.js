// The page of a label: an answer about a document is sent in place, and the page shows what was learned from it.

const label = () => document.querySelector("#label");

// Where the focus goes when the document it was on is no longer asked about.
const placeOf = (button) => {
  const list = button.closest("ul");
  const items = [...list.querySelectorAll(":scope > li")];
  return { id: list.id, n: items.indexOf(button.closest("li")), said: button.value };
};

const focusAt = ({ id, n, said }) => {
  const items = id ? [...document.querySelectorAll(`#${id} > li`)] : [];
  const next = items[Math.min(n, items.length - 1)]?.querySelector(`button[value="${said}"]`);
  (next ?? document.querySelector("main")).focus({ preventScroll: true });
};

const answer = async (send, form, button) => {
  const place = placeOf(button);
  label().ariaBusy = "true";
  const sent = await send(form, button);
  label().ariaBusy = null;
  if (!sent) return;
  const renewed = new DOMParser().parseFromString(sent.text, "text/html").querySelector("#label");
  if (!renewed) return location.assign(sent.url); // it is the page of an error, or of a proxy
  label().replaceWith(renewed);
  focusAt(place);
};

const script = document.querySelector("#unsent")?.dataset.script; // only who may mark documents has it
if (script) {
  const { inPlace, send } = await import(script);
  inPlace("#label [data-verdict]", (form, button) => {
    if (label().ariaBusy !== "true") answer(send, form, button);
  });
}
