// The menu of filters closes by Escape, and when one clicks or goes elsewhere. Without this file, its button closes it.

const menu = () => document.querySelector("#filters");

const isIn = (target) => target instanceof Node && menu()?.contains(target);

// On its way down, before the page leaves a document or clears a selection by this key (keys.js).
const closeByKey = (event) => {
  if (event.key !== "Escape" || !menu()?.open || !isIn(event.target)) return;
  event.preventDefault();
  menu().open = false;
  menu().querySelector("summary").focus();
};
document.addEventListener("keydown", closeByKey, { capture: true });
document.addEventListener("pointerdown", ({ target }) => {
  if (menu()?.open && !isIn(target)) menu().open = false;
});
document.addEventListener("focusin", ({ target }) => {
  if (menu()?.open && !isIn(target)) menu().open = false;
});
