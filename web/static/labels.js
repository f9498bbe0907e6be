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

const send = async (form, button) => {
  const place = placeOf(button);
  const body = new URLSearchParams(new FormData(form, button));
  label().ariaBusy = "true";
  try {
    const response = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const renewed = page.querySelector("#label");
    if (!response.ok || !renewed) throw new Error(response.statusText);
    label().replaceWith(renewed);
    focusAt(place);
  } catch {
    form.dataset.failed = "";
    form.requestSubmit(button); // the browser shows what is wrong
  }
};

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("#label [data-verdict]") || form.dataset.failed !== undefined) return;
  event.preventDefault();
  if (label().ariaBusy !== "true") send(form, submitter);
});
