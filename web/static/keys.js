// Single keys that do something on the page. Other scripts listen for `semsearch:key` on the document, whose detail
// has the key and the target, and prevent the default of a key that they use.

const SAVED = "semsearch:keys";
const help = document.querySelector("#help");
const areOn = document.querySelector("#keys-on");

const isTyping = (target) =>
  target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;

const isInDialog = () => document.querySelector("dialog:is([open], :popover-open)") !== null;

const goToBox = () => {
  const box = document.querySelector("#q");
  box.focus();
  box.select();
};

// Hardly a query begins with these. So they are keys in the empty box, too, where the first page has the focus.
const isEmptyBox = (target) => target.id === "q" && target.value === "";

const actions = { "/": goToBox, "?": () => help.showPopover() };

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // Whoever dictates or hits keys by accident can switch off those that write something.
  if (isInDialog() || (key.length === 1 && !areOn.checked)) return;
  if (isTyping(target) && !(isEmptyBox(target) && actions[key])) return;
  const asked = new CustomEvent("semsearch:key", { detail: { key, target }, cancelable: true });
  const isUsed = !document.dispatchEvent(asked);
  if (!isUsed && !actions[key]) return;
  event.preventDefault();
  if (!isUsed) actions[key]();
});

// Where the browser keeps nothing for this page, they are on when it is opened.
try {
  areOn.checked = localStorage.getItem(SAVED) !== "off";
} catch {
  areOn.checked = true;
}
areOn.addEventListener("change", () => {
  try {
    localStorage.setItem(SAVED, areOn.checked ? "on" : "off");
  } catch {
    // It is as it is chosen until the page is left.
  }
});
