// The page of a label: an answer about a document is sent in place, and no card moves. New proposals come when asked for.

const label = () => document.querySelector("#label");

const labelIn = (text) => new DOMParser().parseFromString(text, "text/html").querySelector("#label");

// What the page says above its cards. These stay where they are on the screen, however long that is.
const tell = (renewed, form) => {
  const before = form.getBoundingClientRect().top;
  for (const part of [".lead", ".applied"]) {
    label().querySelector(part).replaceChildren(...renewed.querySelector(part).childNodes);
  }
  scrollBy({ top: form.getBoundingClientRect().top - before, behavior: "instant" });
};

const show = (form, said) => {
  for (const button of form.querySelectorAll("button")) {
    const isSaid = button.dataset.is === said;
    button.ariaPressed = String(isSaid);
    button.value = isSaid ? "none" : button.dataset.is;
  }
};

// The answers that were sent are counted; the latest of which the page has told; and those under way.
let sentAnswers = 0;
let told = 0;
const underWay = new Set();

const answer = async (send, form, button) => {
  const { value } = button;
  const n = ++sentAnswers;
  form.ariaBusy = "true";
  const sent = await send(form, button);
  form.ariaBusy = null;
  if (!sent) return;
  const renewed = labelIn(sent.text);
  if (!renewed) return location.assign(sent.url); // it is the page of an error, or of a proxy
  show(form, value);
  if (n < told || !form.isConnected) return;
  told = n;
  tell(renewed, form);
};

const begin = (...asked) => {
  const answered = answer(...asked).finally(() => underWay.delete(answered));
  underWay.add(answered);
};

const renew = async (link) => {
  label().ariaBusy = "true";
  await Promise.all(underWay); // else the page would ask again about what is being answered
  const text = await fetch(link.href).then((response) => (response.ok ? response.text() : ""), () => "");
  const renewed = labelIn(text);
  if (!renewed) return location.assign(link.href); // the browser shows why
  label().replaceWith(renewed);
  (document.querySelector("#asked-title") ?? document.querySelector("main")).focus();
};

const script = document.querySelector("#unsent")?.dataset.script; // only who may mark documents has it
if (script) {
  const { inPlace, send } = await import(script);
  inPlace("#label [data-answers]", (form, button) => {
    if (form.ariaBusy !== "true") begin(send, form, button);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#label .next a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (label().ariaBusy !== "true") renew(link);
  });
}
