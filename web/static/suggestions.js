// Suggestions under the box: searches of before, words of the library, documents that are called so.
// The box is a combobox: the focus stays in it, and the arrow keys go through the list.

// From a key to the request, in milliseconds: the results come first, and have the server to themselves.
const PAUSE = 200;
const KEY = "semsearch.searches";
const MOST_KEPT = 8;

const box = () => document.querySelector("#q");
const list = () => document.querySelector("#suggestions");
const options = () => [...list().querySelectorAll("[role=option]")];
const active = () => document.getElementById(box().getAttribute("aria-activedescendant"));
const isOpen = () => !list().hidden;

let asking = new AbortController();
let pause = 0;
// The text for which the list is open.
let openFor = null;

const kept = () => {
  try {
    const texts = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(texts) ? texts.filter((text) => typeof text === "string") : [];
  } catch {
    return []; // the browser keeps nothing, or something else
  }
};

const keep = (texts) => {
  try {
    if (texts.length > 0) localStorage.setItem(KEY, JSON.stringify(texts));
    else localStorage.removeItem(KEY);
  } catch {
    // Without a store there are no searches of before.
  }
};

const keepSearch = () => {
  const text = box().value.trim();
  if (text) keep([text, ...kept().filter((each) => each !== text)].slice(0, MOST_KEPT));
};

const close = () => {
  clearTimeout(pause);
  asking.abort();
  openFor = null;
  list().hidden = true;
  box().setAttribute("aria-expanded", "false");
  box().removeAttribute("aria-activedescendant");
};

const open = (found) => {
  list().replaceChildren(...found);
  options().forEach((option, n) => (option.id = `suggestion-${n}`));
  list().hidden = found.length === 0;
  openFor = box().value;
  box().setAttribute("aria-expanded", String(isOpen()));
  box().removeAttribute("aria-activedescendant");
};

// An option as its template has it. What would be added to the text in the box is in bold.
const optionOf = (sort, text, data) => {
  const made = document.querySelector(`#suggested-${sort}`).content.firstElementChild.cloneNode(true);
  const typed = box().value;
  const isLonger = typed && text.toLowerCase().startsWith(typed.toLowerCase());
  const added = document.createElement("b");
  added.append(isLonger ? text.slice(typed.length) : "");
  made.querySelector("[data-text]")?.append(isLonger ? text.slice(0, typed.length) : text, added);
  Object.assign(made.dataset, data);
  return made;
};

const showSearches = () => {
  const texts = kept();
  if (texts.length === 0) return close();
  open([...texts.map((text) => optionOf("before", text, { text })), optionOf("clear", "", {})]);
};

const ask = async () => {
  asking.abort();
  asking = new AbortController();
  const { suggest } = list().dataset;
  try {
    const reply = await fetch(`${suggest}?${new URLSearchParams(new FormData(box().form))}`, { signal: asking.signal });
    if (!reply.ok) return close();
    const { texts, documents } = await reply.json();
    if (document.activeElement !== box()) return;
    open([
      ...texts.map((text) => optionOf("text", text, { text })),
      ...documents.map(({ doc, title, path }) => optionOf("document", title || path.split("/").at(-1), { doc })),
    ]);
  } catch (error) {
    if (error.name !== "AbortError") close(); // the box works without suggestions
  }
};

// After a space no word is unfinished.
const suggest = () => {
  if (box().value.trim() === "") showSearches();
  else if (box().value.endsWith(" ")) close();
  else return ask();
};

const suggestSoon = () => {
  clearTimeout(pause);
  asking.abort();
  pause = setTimeout(suggest, PAUSE);
};

const activate = (step) => {
  const all = options();
  // One place more than there are options: with none active, the box itself is.
  const next = (all.indexOf(active()) + 1 + step + all.length + 1) % (all.length + 1);
  all.forEach((option, n) => option.setAttribute("aria-selected", String(n === next - 1)));
  if (next === 0) return box().removeAttribute("aria-activedescendant");
  box().setAttribute("aria-activedescendant", all[next - 1].id);
  all[next - 1].scrollIntoView({ block: "nearest", inline: "nearest" });
};

const choose = ({ dataset: { text, doc } }) => {
  close();
  // With the filters and examples, so that the way back leads to this search.
  if (doc) location.assign(`${list().dataset.document}${doc}?${new URLSearchParams(new FormData(box().form))}`);
  else if (text) {
    box().value = text;
    box().form.requestSubmit();
  } else keep([]);
};

const press = (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && isOpen()) activate(step);
  else if (step) suggest();
  // Where results have just come, the list is about to open again.
  else if (event.key === "Escape" && (isOpen() || openFor === box().value)) close();
  else if (event.key === "Enter" && active()) choose(active());
  else return;
  // The Escape key would empty the box, and the arrow keys would move the caret.
  event.preventDefault();
  event.stopPropagation();
};

// Without scripts the box is no combobox, so its attributes are set here.
const equip = () => {
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "suggestions", "aria-expanded": isOpen() };
  for (const [name, value] of Object.entries(attributes)) box().setAttribute(name, String(value));
};

const isBox = ({ target }) => target === box();

document.addEventListener("input", (event) => isBox(event) && !event.isComposing && suggestSoon());
document.addEventListener("keydown", (event) => isBox(event) && !event.isComposing && press(event), true);
document.addEventListener("focusout", (event) => {
  if (!isBox(event)) return;
  // Whoever leaves the box for results has found them worth looking at.
  if (box().value === box().defaultValue) keepSearch();
  close();
});
document.addEventListener("submit", ({ target }) => {
  if (target === box().form) keepSearch();
  if (target.matches("[data-forgets]")) keep([]);
  close();
});
// The focus stays in the box when an option is pressed.
document.addEventListener("pointerdown", (event) => list().contains(event.target) && event.preventDefault());
document.addEventListener("click", (event) => {
  const option = event.target.closest("#suggestions [role=option]");
  if (option) choose(option);
  else if (isBox(event) && box().value === "") showSearches();
});
document.addEventListener("semsearch:renewed", () => {
  equip();
  if (openFor === box().value && !isOpen() && document.activeElement === box()) suggest();
});
equip();
