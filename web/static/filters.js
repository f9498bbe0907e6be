// The menu of filters closes by Escape, and when one clicks or goes elsewhere. Without this file, its button closes it.
// What was not applied is put back, unless one goes on with the form, which sends all fields.

const menu = () => document.querySelector("#filters");

const isIn = (target) => target instanceof Node && menu()?.contains(target);

// The fields as they were when the menu opened.
const fields = (list) => [...list.querySelectorAll("input")].map((field) => [field, field.checked, field.value]);
let before = menu()?.open ? fields(menu()) : [];

const closeFor = ({ target }) => {
  if (!menu()?.open || isIn(target)) return;
  const goesOn = target instanceof Element && target.closest("a, button, input, label");
  if (goesOn && menu().closest("form").contains(target)) before = [];
  menu().open = false;
};

// On its way down, before the page leaves a document or clears a selection by this key (keys.js).
const closeByKey = (event) => {
  if (event.key !== "Escape" || !menu()?.open || !isIn(event.target)) return;
  event.preventDefault();
  menu().open = false;
  menu().querySelector("summary").focus();
};
document.addEventListener("keydown", closeByKey, { capture: true });
document.addEventListener("pointerdown", closeFor);
document.addEventListener("focusin", closeFor);
// This event does not bubble, so it is caught on its way down.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target !== menu()) return;
    if (!target.open) for (const [field, checked, value] of before) Object.assign(field, { checked, value });
    before = fields(target);
  },
  { capture: true },
);
