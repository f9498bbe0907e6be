// Results while typing: after each key, this page shows the results for what is in the box by then.
// Without this file, the Enter key sends the box.

// From a key to the request, in milliseconds like all times here: keys that come faster ask once.
const PAUSE = 20;
// Results that stood for this time were read, so typing on makes a new entry in the history.
const READ = 2000;
// A screen reader says how many results there are when the keys have rested for this time.
const REST = 1000;
// Keys that come faster are typed in one go. What is found in between is no judgement on what is being typed.
const GO = 700;
// The longest time that typed text waits for the answer to an earlier one.
const PATIENCE = 1000;

const box = () => document.querySelector("#q");
const form = () => document.querySelector("#search-form");
const main = (page = document) => page.querySelector("main");
const isLive = (page = document) => page.body.matches(".home, .results");
const hasBoxInMain = (page) => page.querySelector("main #q") !== null;
const here = () => location.href.split("#")[0];

let shown = here();
let shownAt = 0;
let hasOwnEntry = false;
let asking = new AbortController();
let underWay = Promise.resolve();
let turn = 0;
let pause = 0;
let rest = 0;
let go = 0;

// One letter finds too much to be worth a search. In Chinese it is often a word.
const isEnough = (text) => text.length > 1 || text > "\u2e80";

const wanted = () => {
  const address = new URL(form().action);
  address.search = new URLSearchParams(new FormData(form()));
  return address.href;
};

// The addresses of the styles or scripts that a fetched page has, and this one has not.
const lacking = (page, selector, name) => {
  const [known, others] = [document, page].map((each) =>
    [...each.querySelectorAll(selector)].map((element) => element.getAttribute(name)),
  );
  return others.filter((address) => !known.includes(address));
};

const addStyle = (href) =>
  new Promise((resolve) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    style.addEventListener("load", resolve);
    style.addEventListener("error", resolve);
    document.head.append(style);
  });

const addScript = (src) =>
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src }));

const passed = (time) => new Promise((resolve) => setTimeout(resolve, time));

// A busy server refuses a page, and says in how many seconds it may be asked again: this is done once.
const ask = async (address, signal) => {
  const get = () => fetch(address, { signal, headers: { Accept: "text/html" } });
  const reply = await get();
  const seconds = Number(reply.headers.get("Retry-After"));
  if (!seconds) return reply;
  await passed(1000 * seconds);
  return get();
};

// To fetch a page gives up the one before, so that results never come out of order.
const load = async (address, isUnfinished = false) => {
  turn += 1;
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const reply = await ask(isUnfinished ? `${address}&unfinished=1` : address, signal);
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  // It may be the page of an error, or that to log in.
  if (reply.redirected || !isLive(page)) throw new Error(`no results: ${reply.status}`);
  await Promise.all(lacking(page, "link[rel=stylesheet]", "href").map(addStyle));
  signal.throwIfAborted();
  return page;
};

const replace = (page, selector) => {
  const [old, fresh] = [document, page].map((each) => each.querySelector(selector));
  if (old && fresh) old.replaceChildren(...fresh.childNodes);
};

// The links to pages stay, as somebody may be about to press one. Another of them may be that of this page.
const renewCurrent = (page) => {
  const [old, fresh] = [document, page].map((each) => [...each.querySelectorAll(".top-links a")]);
  for (const [n, link] of old.entries()) {
    const current = fresh[n]?.getAttribute("aria-current");
    if (current) link.setAttribute("aria-current", current);
    else link.removeAttribute("aria-current");
  }
};

// Readers of feeds find in the head which one is that of the page.
const replaceFeed = (page) => {
  const [old, fresh] = [document, page].map((each) => each.head.querySelectorAll("link[rel=alternate]"));
  for (const each of old) each.remove();
  document.head.append(...fresh);
};

// Show what a fetched page shows. While somebody types, the form stays as it is, unless the layout is another.
const show = (page, address, isFromHistory) => {
  const asked = page.querySelector("#q").value;
  const scripts = lacking(page, "script[src]", "src");
  const { value, selectionStart, selectionEnd, selectionDirection } = box();
  const isTyping = document.activeElement === box();
  const isUnfolded = document.querySelector("#fold[open]") !== null;
  const isWhole = isFromHistory || hasBoxInMain(page) !== hasBoxInMain(document);

  document.title = page.title;
  replaceFeed(page);
  document.body.className = page.body.className;
  main().toggleAttribute("data-follow", main(page).hasAttribute("data-follow"));
  Object.assign(main().dataset, main(page).dataset);
  if (isWhole) replace(page, ".top");
  renewCurrent(page);
  replace(page, "main");
  document.querySelector("#fold")?.toggleAttribute("open", isUnfolded);
  for (const { dataset } of document.querySelectorAll("[data-renew]")) {
    replace(page, `[data-renew="${dataset.renew}"]`);
  }
  box().defaultValue = asked;
  if (isWhole) box().value = isFromHistory ? asked : value;
  if (isTyping && isWhole) {
    box().focus({ preventScroll: true });
    if (!isFromHistory) box().setSelectionRange(selectionStart, selectionEnd, selectionDirection);
  } else if (document.activeElement === document.body) main().focus({ preventScroll: true });
  scripts.forEach(addScript);
  shown = address;
  document.dispatchEvent(new Event("semsearch:renewed"));
};

const remember = (address, top = scrollY) => {
  const isNext = address !== here() && (!hasOwnEntry || performance.now() - shownAt > READ);
  if (isNext) history.replaceState({ top }, "");
  history[isNext ? "pushState" : "replaceState"]({ top: 0 }, "", address);
  hasOwnEntry = true;
  shownAt = performance.now();
};

// Say it when the keys rest: each result that comes while somebody types would cut off what is said.
const sayCount = () => {
  const count = main().querySelector(".result-count")?.textContent.replace(/\s+/g, " ").trim();
  document.querySelector("#said").textContent = count ?? "";
};

const search = async (isUnfinished) => {
  clearTimeout(rest);
  const address = wanted();
  // An unfinished word was completed. Enter says that it is finished.
  if (address !== shown || (!isUnfinished && document.querySelector("main .meant"))) {
    const page = await load(address, isUnfinished);
    show(page, address, false);
    remember(address);
  }
  rest = setTimeout(sayCount, REST);
};

// A server goes on with a search that the browser has given up. So the next one waits until the last is answered,
// or has taken too long to be waited for.
const searchTyped = async () => {
  const mine = ++turn;
  await Promise.race([underWay, passed(PATIENCE)]);
  // A search that fails while somebody types leaves the results as they are: the next key asks again.
  if (mine === turn) underWay = search(true).catch(() => {});
};

const showJudgement = () => {
  clearTimeout(go);
  document.documentElement.classList.remove("typing");
};

const tellRest = () => document.dispatchEvent(new Event("semsearch:rested"));

const judge = () => {
  showJudgement();
  tellRest();
};

const searchSoon = () => {
  clearTimeout(pause);
  clearTimeout(go);
  document.documentElement.classList.add("typing");
  go = setTimeout(judge, GO);
  if (isEnough(box().value.trim())) pause = setTimeout(searchTyped, PAUSE);
  else asking.abort();
};

// The Enter key asks at once, and keeps this search in the history. The focus goes to the results, where the
// keys for results work. A page that cannot be shown here is opened by the browser, with its error.
const searchNow = async () => {
  clearTimeout(pause);
  showJudgement();
  const address = wanted();
  try {
    await search(false);
    tellRest(); // not before: the list of until now goes
    hasOwnEntry = false;
    main().focus({ preventScroll: true });
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  } finally {
    form().removeAttribute("aria-busy");
  }
};

const isBox = ({ target }) => target.id === "q";
const startsInBox = () => document.activeElement?.closest(".box") !== null;

document.addEventListener("input", (event) => {
  if (isBox(event) && isLive() && !event.isComposing) searchSoon();
});
document.addEventListener("compositionend", (event) => {
  if (isBox(event) && isLive()) searchSoon();
});
// Who leaves the box has found something to read.
document.addEventListener("focusout", (event) => {
  if (isBox(event)) hasOwnEntry = false;
});
document.addEventListener("submit", (event) => {
  if (event.target !== form() || !isLive() || !startsInBox() || !isEnough(box().value.trim())) return;
  event.preventDefault();
  searchNow();
});
// Another script asks for other results, such as those with one more filter: each has its entry in the history.
document.addEventListener("semsearch:open", async ({ detail: { address } }) => {
  clearTimeout(pause);
  try {
    const page = await load(address);
    const top = scrollY; // another list is read from its beginning (narrowing.js)
    show(page, address, true);
    hasOwnEntry = false;
    remember(address, top);
    hasOwnEntry = false;
    sayCount();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
});
window.addEventListener("popstate", async ({ state }) => {
  clearTimeout(pause);
  hasOwnEntry = false;
  // Another place on the same page, or back from one that is still fetched.
  if (here() === shown) return asking.abort();
  try {
    show(await load(here()), here(), true);
    scrollTo(0, state?.top ?? 0);
  } catch (error) {
    if (error.name !== "AbortError") location.reload();
  }
});
