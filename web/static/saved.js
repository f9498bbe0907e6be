// Saved searches, kept in this browser: the page of results saves one, the home page lists them.

const KEY = "semsearch.saved";
const MOST = 30;

const saved = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(({ address }) => /^\/\?/.test(address)) : [];
  } catch {
    return []; // the browser keeps nothing for this page, or somebody else has written there
  }
};

const keep = (searches) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(searches.slice(0, MOST)));
  } catch {
    // The browser keeps nothing for this page.
  }
};

const without = (address) => saved().filter((each) => each.address !== address);

const listed = ({ name, address }, list) => {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = address;
  link.dir = "auto";
  link.textContent = name;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "×";
  remove.ariaLabel = `${list.dataset.remove}: ${name}`;
  remove.addEventListener("click", () => {
    const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector("button");
    keep(without(address));
    item.remove();
    list.hidden = list.querySelector("li") === null;
    (next ?? document.querySelector("#q")).focus();
  });
  item.append(link, remove);
  return item;
};

// A list that is filled stays: somebody may be in it.
const showSaved = () => {
  const list = document.querySelector("#saved");
  if (!list || list.querySelector("li")) return;
  list.querySelector("ul").replaceChildren(...saved().map((each) => listed(each, list)));
  list.hidden = list.querySelector("li") === null;
};

const showWhether = () => {
  const button = document.querySelector("#save-search");
  if (!button) return;
  button.hidden = false;
  button.ariaPressed = String(saved().some(({ address }) => address === button.dataset.address));
};

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("#save-search");
  if (!button) return;
  const { address, name } = button.dataset;
  const others = without(address);
  keep(button.ariaPressed === "true" ? others : [{ name, address }, ...others]);
  showWhether();
});
const show = () => {
  showSaved();
  showWhether();
};

document.addEventListener("semsearch:renewed", show);
show();
