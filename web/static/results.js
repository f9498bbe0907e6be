// The chosen hit: by click, by focus, by keys. The pane beside the list shows it (preview.js).

const SAVED = "semsearch:chosen";
const OPENS = ":is(h2, h3) a, .snippet";
const isWide = matchMedia("(min-width: 1100px)");

const hits = () => [...document.querySelectorAll("#hits .hit")].filter((hit) => hit.checkVisibility());
const chosen = () => document.querySelector("#hits [aria-current]");
const linkOf = (hit) => hit.querySelector(":is(h2, h3) a:not([tabindex]), .tile-picture");
const hasPane = () => document.querySelector("#preview")?.checkVisibility() ?? false;

let last = "[]"; // the search, the hit that was chosen last in it, and how far the page was scrolled
let shown = ""; // what the pane showed when the pointer went down
let isPressed = false;
let hadFocus = false;

// The list is renewed when the library changes, and when another query is typed. Only in the same search a hit stays chosen.
const searched = () => document.querySelector("#hits")?.dataset.search;
const save = (doc, top = scrollY) => {
  last = JSON.stringify([searched(), doc, top]);
  try {
    sessionStorage.setItem(SAVED, last);
  } catch {
    // The browser keeps nothing for this page: it is known until the page is left.
  }
};
const lastChosen = () => {
  try {
    return sessionStorage.getItem(SAVED) ?? last;
  } catch {
    return last;
  }
};
const saved = () => {
  // The page of a document leads back to its hit.
  const named = hits().find(({ dataset }) => location.hash === `#hit-${dataset.doc}`);
  if (named) return named;
  const [search, doc] = JSON.parse(lastChosen());
  return search === searched() ? hits().find((hit) => hit.dataset.doc === doc) : undefined;
};

const choose = (hit) => {
  if (chosen() !== hit) {
    chosen()?.removeAttribute("aria-current");
    hit.setAttribute("aria-current", "true");
  }
  save(hit.dataset.doc);
  document.dispatchEvent(new CustomEvent("semsearch:chosen", { detail: { hit } }));
};

// The first hit, unless it is as weak as what almost any search finds: it would be shown as if it answered.
const firstMatch = () => (document.querySelector("#hits[data-unclear]") ? undefined : hits()[0]);

const chooseAny = () => {
  const hit = saved() ?? (hasPane() ? firstMatch() : undefined);
  if (hit) choose(hit);
  return hit;
};

const goTo = (hit) => {
  if (!hit) return;
  linkOf(hit).focus({ preventScroll: true }); // which chooses it
  hit.scrollIntoView({ block: "nearest" });
};

const move = (steps) => {
  const all = hits();
  goTo(all[Math.min(Math.max(0, all.indexOf(chosen()) + steps), all.length - 1)]);
};

// Pictures lie in rows of several: the nearest one in the row above or below, which may belong to another month.
const moveByRow = (step) => {
  const from = chosen();
  if (!from) return move(step);
  const beyond = hits().filter(({ offsetTop }) => Math.sign(offsetTop - from.offsetTop) === step);
  const top = Math[step > 0 ? "min" : "max"](...beyond.map(({ offsetTop }) => offsetTop));
  const across = ({ offsetLeft }) => Math.abs(offsetLeft - from.offsetLeft);
  goTo(beyond.filter(({ offsetTop }) => offsetTop === top).sort((a, b) => across(a) - across(b))[0]);
};

// Where hits are rows, what is beside them is at the right.
const hasTiles = () => document.querySelector("#hits .tile") !== null;
const intoPane = () => document.querySelector("#preview .preview-body")?.focus({ preventScroll: true });
const isInPane = (target) => target.closest("#preview") !== null;
const toChosen = () => (chosen() ? linkOf(chosen()) : document.querySelector("main")).focus({ preventScroll: true });

const turn = (to) => document.querySelector(`.paging [rel=${to}]`)?.click();

const actions = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => moveByRow(1),
  ArrowUp: () => moveByRow(-1),
  ArrowRight: () => (hasTiles() ? move(1) : intoPane()),
  ArrowLeft: () => (hasTiles() ? move(-1) : toChosen()),
  Enter: () => linkOf(chosen()).click(),
  "[": () => turn("prev"),
  "]": () => turn("next"),
  Escape: () => (isInPane(document.activeElement) ? toChosen() : document.querySelector("#q").focus()),
};

// Elsewhere, arrows and Enter have a meaning of their own.
const isOurs = (key, target) => {
  if (key.length === 1) return true;
  const isFree = target === document.body || target.matches("main, #hits");
  const isInList = target.closest("#hits") !== null;
  if (key === "Enter") return isFree && chosen() !== null;
  // With a selection, this key clears it (selection.js).
  if (key === "Escape") return (isInList || isInPane(target)) && document.querySelector(".pick :checked") === null;
  // A wide table in the pane is moved back first.
  if (key === "ArrowLeft" && !hasTiles()) return isInPane(target) && target.scrollLeft === 0;
  if (key === "ArrowRight" && !hasTiles()) return (isFree || isInList) && hasPane();
  return isFree || isInList;
};

document.addEventListener("semsearch:key", (event) => {
  const { key, target } = event.detail;
  if (event.defaultPrevented || !Object.hasOwn(actions, key) || !isOurs(key, target)) return;
  event.preventDefault();
  actions[key]();
});

document.addEventListener("pointerdown", () => {
  isPressed = true;
  shown = (hasPane() && chosen()?.dataset.preview) || "";
});
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => (isPressed = false));

document.addEventListener("focusin", ({ target }) => {
  const hit = target.closest("#hits .hit");
  hadFocus = hit !== null;
  if (hit && !isPressed) choose(hit);
});
document.addEventListener("focusout", ({ target }) =>
  queueMicrotask(() => {
    // When the list is renewed, what had the focus is gone.
    if (target.isConnected) hadFocus = document.activeElement.closest("#hits .hit") !== null;
  }),
);

// Beside the list, a first click on a link shows the hit, and another one opens it. Keys always open it.
document.addEventListener("click", (event) => {
  const hit = event.target.closest("#hits .hit");
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!hit || !isPlain || event.detail === 0 || !hasPane() || !getSelection().isCollapsed) return;
  const control = event.target.closest("a, button, summary, label, input");
  if (control && !control.matches(OPENS)) return;
  const address = new URL(hit.dataset.preview, location.href);
  if (control?.dataset.passage && control.dataset.passage !== address.searchParams.get("passage")) {
    address.searchParams.set("passage", control.dataset.passage);
    hit.dataset.preview = address.pathname + address.search;
  }
  if (control && shown === hit.dataset.preview) return;
  event.preventDefault();
  choose(hit);
});

document.addEventListener("semsearch:renewed", () => {
  const had = hadFocus;
  const hit = chooseAny();
  if (hit && had && document.activeElement.matches("body, main")) linkOf(hit).focus();
});
isWide.addEventListener("change", () => chosen() ?? chooseAny());

addEventListener("pagehide", () => save(chosen()?.dataset.doc));

// The page of a document leads back to its hit: the list is where it was, if the hit is in sight there.
const [search, , top] = JSON.parse(lastChosen());
const hit = chooseAny();
if (location.hash) {
  hit?.removeAttribute("id"); // else the browser, when all has loaded, scrolls to it
  scrollTo(0, search === searched() ? top : 0);
}
hit?.scrollIntoView({ block: "nearest" });
