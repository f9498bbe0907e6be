// What is chosen beside the results, above them or among them changes the page in place. Without this file, these links
// load the page anew.

// The focus stays on these links.
const STAYS = ".results :is(.facets, .chips, .orders) a";
// After these there is another list, which is read from its beginning.
const MOVES = "#hits .like, [data-moves], .example-off, .example-alone a";

// The link that had the focus, by where it stands and what it says: a renewed page has another one in its place.
let last = null;
let moves = false;

const groupOf = (link) => link.closest("section, .chips, .orders").className;
const labelOf = (link) => (link.querySelector("span") ?? link).textContent.trim();

const twinOf = ({ group, label }) => {
  const all = [...document.querySelectorAll(STAYS)];
  const links = all.filter((link) => groupOf(link) === group);
  return links.find((link) => labelOf(link) === label) ?? links[0] ?? all.find((link) => link.checkVisibility());
};

const focusTwin = () => {
  const twin = twinOf(last) ?? document.querySelector("main");
  const fold = twin.closest("details");
  if (fold && !twin.checkVisibility()) fold.open = true; // it may be folded away by now
  twin.focus({ preventScroll: true });
};

// While a picture is shown large, the address is that of its page: first the viewer gives that of the list back.
const leaveViewer = (viewer) =>
  new Promise((resolve) => {
    window.addEventListener("popstate", resolve, { once: true });
    viewer.close();
  });

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(`${STAYS}, ${MOVES}`);
  const { ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event;
  if (!link || ctrlKey || metaKey || shiftKey || altKey || defaultPrevented) return;
  event.preventDefault();
  moves = link.matches(MOVES);
  last = moves ? null : { group: groupOf(link), label: labelOf(link) };
  const viewer = link.closest("dialog");
  if (viewer) await leaveViewer(viewer);
  document.dispatchEvent(new CustomEvent("semsearch:open", { detail: { address: link.href } }));
});
document.addEventListener("semsearch:renewed", () => {
  // Another search may have overtaken what was chosen. Whoever types it keeps the focus.
  const isFree = document.activeElement.matches("body, main");
  if (last && isFree) focusTwin();
  if (moves && (isFree || document.activeElement.closest("#preview"))) {
    document.querySelector("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  last = null;
  moves = false;
});
