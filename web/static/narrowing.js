// What is chosen beside the results, or taken off above them, changes the page in place, and the focus stays there.
// Without this file, these links load the page anew.

const LINKS = ".results :is(.facets, .chips) a";

// The link that had the focus, by where it stands and what it says: a renewed page has another one in its place.
let last = null;

const groupOf = (link) => link.closest("section, .chips").className;
const labelOf = (link) => link.querySelector("span")?.textContent ?? "";

const twinOf = ({ group, label }) => {
  const links = [...document.querySelectorAll(LINKS)].filter((link) => groupOf(link) === group);
  return links.find((link) => labelOf(link) === label) ?? links[0] ?? document.querySelector(LINKS);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(LINKS);
  const { ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event;
  if (!link || ctrlKey || metaKey || shiftKey || altKey || defaultPrevented) return;
  event.preventDefault();
  last = { group: groupOf(link), label: labelOf(link) };
  document.dispatchEvent(new CustomEvent("semsearch:open", { detail: { address: link.href } }));
});
document.addEventListener("semsearch:renewed", () => {
  if (last) (twinOf(last) ?? document.querySelector("main")).focus({ preventScroll: true });
  last = null;
});
