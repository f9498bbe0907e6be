// The bar of a document: its matches, one after the other, and the ways to the results, by buttons and keys.

const group = document.querySelector("#matches");
const said = group?.querySelector("output");
// Those in the folded text of a PDF are on its pages, too, and those in hidden names of columns in the head of a table.
const matches = [...document.querySelectorAll(".doc-content :is(mark, .sheet-mark):not(.doc-text *, .rows td > b *)")];
let current = -1;

// Where the page shows a part of the document, this address leads to matches in the others (web/matches.py), and
// the end of the address of the page says which of them it leads to.
const beyond = group?.dataset.beyond;
const arrival = location.hash.slice(1);

// Before one of them is chosen, it is said how many there are.
const say = (n) => {
  const { says = "", all = "" } = group.dataset;
  said.textContent = (n ? says : all).replace("{n}", n).replace("{number}", matches.length);
};

// The table around a place is shown as a whole, with the names of its columns. It scrolls by itself.
const showTable = (place) => place?.closest(".rows table")?.scrollIntoView({ block: "nearest" });

const show = (n) => {
  matches[current]?.classList.remove("current-match");
  current = n;
  matches[n].classList.add("current-match");
  matches[n].scrollIntoView({ block: "center" });
  showTable(matches[n]);
  say(n + 1);
};

const go = (step) => {
  // Before the first step back, no match is the current one.
  const next = Math.max(current, step < 0 ? 0 : -1) + step;
  if (beyond && !matches[next]) location.assign(`${beyond}&step=${step}`);
  else show((next + matches.length) % matches.length);
};

// The first match that is not above a place; -1 without one.
const firstFrom = (place) =>
  matches.findIndex((each) => place.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);

// The match to which another part has led. Of passages, more are shown than the one that has it.
const arrived = () => {
  const address = new URLSearchParams(location.search);
  const place = address.has("page") ? null : document.getElementById(`p${address.get("passage")}`);
  const last = matches.length - 1;
  const first = place ? firstFrom(place) : 0;
  if (arrival === "first-match") return first < 0 ? last : first;
  const inside = place ? matches.findLastIndex((each) => place.contains(each)) : last;
  // Where passages overlap, the one before may show the match.
  return inside < 0 ? Math.max(0, (first < 0 ? matches.length : first) - 1) : inside;
};

// The passage that was found is framed on the page of a PDF, and has no element of its own there.
const framed = [...document.querySelectorAll(".doc-content .sheet-frame")].map((each) => each.getBoundingClientRect());
const isFramed = (mark) => {
  const { left, right, top, bottom } = mark.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return framed.some((each) => each.left <= x && x <= each.right && each.top <= y && y <= each.bottom);
};

// Begin at the passage in the address: the first match in its frame, or that is not above it.
const beforeHere = () => {
  const inside = matches.findIndex(isFramed);
  if (inside >= 0) return inside - 1;
  const place = document.getElementById(arrival) ?? document.querySelector(".answer");
  return place ? Math.max(firstFrom(place) - 1, -1) : -1;
};

// The browser goes to the end of the address until all is loaded.
addEventListener("load", () => showTable(document.getElementById(arrival)));

if (group && (matches.length > 0 || beyond)) {
  group.hidden = false;
  current = beforeHere();
  say(0);
  if (matches.length > 0 && ["first-match", "last-match"].includes(arrival)) show(arrived());
  if (arrival === "no-match") said.textContent = group.dataset.none;
  if (arrival === "no-match-yet") said.textContent = group.dataset.noneYet;
  group.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) go(button.name === "next" ? 1 : -1);
  });
}

const follow = (link) => () => document.querySelector(`.doc-bar ${link}`)?.click();

const actions = {
  n: () => group?.hidden === false && go(1),
  N: () => group?.hidden === false && go(-1),
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
