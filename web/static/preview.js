// The preview beside the results: the document of the chosen hit, at the passage that was found. Without this file, or
// where the window has no room for it, a hit opens as a page.

const WIDE = matchMedia("(min-width: 1100px)");
// A key that is held chooses many hits: only the one on which it stops is fetched.
const PAUSE = 60;
// While somebody types, each key brings another best hit. The server is for the results then.
const TYPING_PAUSE = 200;
const MOST_KEPT = 20;
// What was found, the best first.
const FOUND = [".answer", ".sheet-answer", ".sheet-frame", ".here", "mark"];

// Fragments by address, the one that was shown last at the end.
let kept = new Map();
let shown = "";
// What was shown when it could not be renewed.
let behind = {};
let asking = new AbortController();
let timer = 0;
// The hit that somebody clicked last. Only its fetch says so: the page and keys choose hits too.
let clicked = "";

const pane = () => document.querySelector("#preview");

const keep = (texts, address, text) => {
  texts.delete(address);
  texts.set(address, text);
  if (texts.size > MOST_KEPT) texts.delete(texts.keys().next().value);
};

// The fragment at an address; rejects when it was refused.
export const fragment = async (address, signal) => {
  const texts = kept; // one that was asked for before documents changed is not kept after it
  if (!texts.has(address)) {
    const headers = address === clicked ? { "X-Chosen": "click" } : {};
    const reply = await fetch(address, { signal, headers });
    if (!reply.ok) throw new Error(reply.statusText);
    keep(texts, address, await reply.text());
  }
  return new DOMParser().parseFromString(texts.get(address), "text/html").body;
};

// Scroll the preview, and nothing else, so that what was found stands in its upper third.
const scrollToFound = (body) => {
  const found = FOUND.map((each) => body.querySelector(each)).find(Boolean);
  if (!found) return;
  const space = found.getBoundingClientRect().top - body.getBoundingClientRect().top;
  body.scrollTop += space - body.clientHeight / 3;
};

const show = (content, top) => {
  const hadFocus = pane().contains(document.activeElement);
  pane().replaceChildren(...content);
  pane().removeAttribute("aria-busy");
  const body = pane().querySelector(".preview-body");
  if (body && top !== undefined) body.scrollTop = top;
  else if (body) scrollToFound(body);
  if (hadFocus) (body ?? document.querySelector("main")).focus({ preventScroll: true });
};

const note = (text) => {
  const made = document.createElement("p");
  made.className = "quiet";
  made.textContent = text;
  return [made];
};

const load = async (address) => {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  shown = address;
  pane().setAttribute("aria-busy", "true");
  try {
    const body = await fragment(address, signal);
    if (!signal.aborted) show(body.childNodes);
  } catch {
    if (!signal.aborted) show(note(pane().dataset.failed));
  }
};

const loadSoon = (address) => {
  clearTimeout(timer);
  if (!pane()?.checkVisibility() || address === shown) return;
  const pause = document.documentElement.matches(".typing") ? TYPING_PAUSE : PAUSE;
  timer = setTimeout(load, kept.has(address) ? 0 : pause, address);
};

const chosen = () =>
  document.querySelector("[data-preview][aria-current=true]") ??
  document.querySelector("#hits:not([data-unclear]) li[data-preview]");

// After a renewal the pane is a new element, or is empty.
const refresh = () => {
  if (pane() && !pane().firstElementChild) shown = "";
  const hit = chosen();
  if (hit) return loadSoon(hit.dataset.preview);
  clearTimeout(timer);
  asking.abort();
  shown = "";
  if (pane()) show(document.querySelector("#hits") ? note(pane().dataset.unclear) : []);
};

// The document that is shown may have changed. Whoever reads it stays where he is in it, and keeps what is selected.
const renew = async () => {
  const address = shown;
  const before = kept.get(address) ?? (behind.address === address ? behind.text : undefined);
  kept = new Map();
  await null; // the list is renewed first: the document may be gone from it
  if (!address || !pane()) return;
  if (before === undefined) {
    shown = ""; // it is on its way, or was refused
    return refresh();
  }
  const { doc } = pane().querySelector("[data-doc]")?.dataset ?? {};
  if (!document.querySelector(`#hits [data-doc="${doc}"]`)) return;
  try {
    const { signal } = asking;
    const body = await fragment(address, signal);
    if (signal.aborted || kept.get(address) === before) return;
    const isSelected = !getSelection().isCollapsed && pane().contains(getSelection().anchorNode);
    if (isSelected || !pane().checkVisibility()) shown = "";
    else show(body.childNodes, pane().querySelector(".preview-body")?.scrollTop);
  } catch {
    // The server is gone, or the document: the list will tell. Else the next change renews it.
    behind = { address, text: before };
  }
};

document.addEventListener(
  "click",
  ({ target }) => {
    clicked = target.closest("#hits [data-preview]")?.dataset.preview ?? clicked;
  },
  true,
);
document.addEventListener("semsearch:changed", renew);
document.addEventListener("semsearch:chosen", ({ detail }) => loadSoon(detail.hit.dataset.preview));
document.addEventListener("semsearch:renewed", refresh);
WIDE.addEventListener("change", refresh);
// The pages of a PDF are turned in the preview.
document.addEventListener("click", (event) => {
  const link = event.target.closest("#preview a[data-preview]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  load(link.dataset.preview);
});
refresh();
