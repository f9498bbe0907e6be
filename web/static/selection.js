// Hits that are selected: by their box, by x, or by X, or Shift and a click, for all from the last one.

const selected = new Set();
let last = ""; // the document that was selected last

const hits = () => [...document.querySelectorAll("#hits .hit")];
const boxOf = (hit) => hit.querySelector(".pick input");
const form = () => document.querySelector("#selection");

// What can be done with the selection goes with it, and must not take the focus along.
const show = () => {
  const hadFocus = form()?.contains(document.activeElement);
  for (const hit of hits()) boxOf(hit).checked = selected.has(hit.dataset.doc);
  const said = form()?.querySelector("output");
  if (said) said.textContent = selected.size > 0 ? said.dataset.says.replace("{number}", selected.size) : "";
  if (selected.size > 0 || !hadFocus) return;
  const hit = document.querySelector("#hits [aria-current] :is(:is(h2, h3) a:not([tabindex]), .tile-picture)");
  (hit ?? document.querySelector("main")).focus({ preventScroll: true });
};

const select = (hit, isSelected) => {
  last = hit.dataset.doc;
  selected[isSelected ? "add" : "delete"](last);
};

const selectTo = (hit) => {
  const all = hits().filter((each) => each.checkVisibility());
  const from = Math.max(0, all.findIndex(({ dataset }) => dataset.doc === last));
  const [first, end] = [from, all.indexOf(hit)].sort((a, b) => a - b);
  for (const each of all.slice(first, end + 1)) selected.add(each.dataset.doc);
  last = hit.dataset.doc;
};

const copyPaths = (button) => {
  const paths = hits()
    .filter(({ dataset }) => selected.has(dataset.doc))
    .map((hit) => hit.querySelector(".path, .tile-name").title);
  document.dispatchEvent(new CustomEvent("semsearch:copy", { detail: { text: paths.join("\n"), button } }));
};

document.addEventListener("change", ({ target }) => {
  if (!target.matches(".pick input")) return;
  select(target.closest(".hit"), target.checked);
  show();
});

document.addEventListener("click", (event) => {
  const hit = event.target.closest("#hits .hit");
  if (hit && event.shiftKey && event.detail > 0) {
    event.preventDefault();
    getSelection().removeAllRanges();
    selectTo(hit);
    setTimeout(show); // a browser puts a box back after a click that was prevented
  }
  const button = event.target.closest("#selection button");
  if (button?.name === "copy") copyPaths(button);
  if (button?.name === "print") print();
});

document.addEventListener("reset", ({ target }) => {
  if (target !== form()) return;
  selected.clear();
  show();
});

document.addEventListener("semsearch:key", (event) => {
  const { key } = event.detail;
  const chosen = document.querySelector("#hits [aria-current]");
  if (key === "x" && chosen) select(chosen, !selected.has(chosen.dataset.doc));
  else if (key === "X" && chosen) selectTo(chosen);
  else if (key === "s" && selected.size > 0) form().querySelector("button").focus();
  else if (key === "Escape" && selected.size > 0) selected.clear();
  else return;
  event.preventDefault();
  show();
});

// What is no longer listed is no longer selected: nobody could see it.
document.addEventListener("semsearch:renewed", () => {
  const listed = new Set(hits().map(({ dataset }) => dataset.doc));
  for (const doc of selected) if (!listed.has(doc)) selected.delete(doc);
  show();
});

// A browser that goes back may have kept the boxes.
for (const hit of hits()) if (boxOf(hit).checked) select(hit, true);
show();
