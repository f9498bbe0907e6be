// The bar of a document: its matches, one after the other, and the ways to the results, by buttons and keys.

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
  // Before the first step back, no match is the current one.
  current = (Math.max(current, step < 0 ? 0 : -1) + step + matches.length) % matches.length;
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

if (group && matches.length > 0) {
  group.hidden = false;
  current = Math.max(-1, firstHere());
  say(0);
  group.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) go(button.name === "next" ? 1 : -1);
  });
}

const follow = (link) => () => document.querySelector(`.doc-bar ${link}`)?.click();

const actions = {
  n: () => matches.length > 0 && go(1),
  N: () => matches.length > 0 && go(-1),
  j: follow("[rel=next]"),
  k: follow("[rel=prev]"),
  Escape: follow(".back"),
};

document.addEventListener("semsearch:key", (event) => {
  const { key } = event.detail;
  if (event.defaultPrevented || !Object.hasOwn(actions, key)) return;
  event.preventDefault();
  actions[key]();
});
