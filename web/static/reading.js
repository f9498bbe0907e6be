// The matches in a document: one after the other, by the buttons of the bar or the keys n and N.

const group = document.querySelector("#matches");
const said = group?.querySelector("output");
// Those in the folded text of a PDF are on its pages, too.
const matches = [...document.querySelectorAll(".doc-content :is(mark, .sheet-mark):not(.doc-text *)")];
let current = -1;

const say = (n) => {
  said.textContent = group.dataset.says.replace("{n}", n || "–").replace("{number}", matches.length);
};

const go = (step) => {
  matches[current]?.classList.remove("current-match");
  current = (current + step + matches.length) % matches.length;
  const match = matches[current];
  match.classList.add("current-match");
  match.scrollIntoView({ block: "center" });
  say(current + 1);
};

// Begin at the passage in the address: the first match that is not above it.
const firstHere = () => {
  const place = document.getElementById(location.hash.slice(1)) ?? document.querySelector(".answer");
  if (!place) return -1;
  return matches.findIndex((each) => place.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) - 1;
};

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

if (group && matches.length > 0) {
  group.hidden = false;
  current = Math.max(-1, firstHere());
  say(0);
  group.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) go(button.name === "next" ? 1 : current < 0 ? 0 : -1);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "n") go(1);
    else if (event.key === "N") go(-1);
  });
}
