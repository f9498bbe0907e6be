// The page follows the library: it shows the run that goes on, and fetches itself again when documents change.
// Without this file, it shows both as they were when it was made.

const run = document.querySelector("#run");
const line = document.querySelector("#run-line");
const hint = () => document.querySelector("#run-hint");
const said = document.querySelector("#run-said");
const changed = () => document.querySelector("#run-changed");

// The time between two fetches, and before connecting again to a server that refuses, in milliseconds.
const PAUSE = 4000;
const LONG_PAUSE = 30000;

let source = null;
let revision = Number(run.dataset.revision);
let isRunning = !line.parentElement.hidden;
let isTouched = false;
let isStale = false;
// Whether documents have changed since the page was fetched last.
let isOutdated = false;
let lookedAt = -PAUSE;
let timer = 0;

// What a region says, without what differs each time.
const saysOf = (region) => {
  const copy = region.cloneNode(true);
  copy.querySelectorAll(".took, [data-run]").forEach((each) => each.remove());
  return copy.textContent.replace(/\s+/g, " ");
};
// Each region that follows the library, with what it says.
let shown = new Map();
const lookAt = () => {
  shown = new Map([...document.querySelectorAll("[data-follow]")].map((region) => [region, saysOf(region)]));
};

// Nothing may move under the eyes or hands of whoever reads or selects.
const isInUse = (region) =>
  (region !== document.activeElement && region.contains(document.activeElement)) ||
  !getSelection().isCollapsed ||
  (region.dataset.follow === "unless-read" && (isTouched || scrollY > 0));

const renew = (region, fresh) => {
  // What was opened stays open.
  for (const { id } of region.querySelectorAll("details[id][open]")) {
    const same = fresh.querySelector(`#${CSS.escape(id)}`);
    if (same) same.open = true;
  }
  region.replaceChildren(...fresh.childNodes);
  if (changed()) changed().hidden = true;
  document.dispatchEvent(new Event("semsearch:renewed"));
};

// While a picture is large, the address is that of its page (viewer.js).
const isLarge = () => document.querySelector("#viewer[open]") !== null;

const look = async () => {
  if (isLarge()) {
    isStale = true;
    return;
  }
  lookedAt = performance.now();
  isStale = false;
  const address = location.href;
  try {
    const reply = await fetch(address);
    if (!reply.ok) return;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (isOutdated) document.dispatchEvent(new Event("semsearch:changed"));
    isOutdated = false;
    if (location.href !== address) return lookSoon(); // another list is shown by now, or a picture
    for (const [region, says] of shown) {
      // The log-in page has no such region.
      const fresh = page.querySelector(`#${region.id}[data-follow]`);
      if (!fresh || saysOf(fresh) === says) continue;
      if (!isInUse(region)) renew(region, fresh);
      else if (changed()) changed().hidden = false;
      else isStale = true;
    }
  } catch {
    // The server is gone, or was too busy: the next event comes when it is back.
    isStale = true;
  }
};

const lookSoon = () => {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(200 + 300 * Math.random(), lookedAt + PAUSE - performance.now()));
};

const showRun = (progress) => {
  const runs = progress !== null;
  for (const each of document.querySelectorAll("[data-run]")) each.textContent = progress?.[each.dataset.run] ?? "";
  document.dispatchEvent(new CustomEvent("semsearch:progress", { detail: progress }));
  line.parentElement.hidden = !runs;
  if (hint()) hint().hidden = !progress?.note;
  if (runs === isRunning) return;
  isRunning = runs;
  said.textContent = progress?.line ?? run.dataset.ended;
  lookSoon();
};

const connect = () => {
  if (source || document.hidden) return;
  source = new EventSource(run.dataset.events);
  source.addEventListener("progress", ({ data }) => {
    showRun(JSON.parse(data));
    if (isStale) lookSoon();
  });
  source.addEventListener("library", ({ data }) => {
    const now = JSON.parse(data).revision;
    if (now === revision) return;
    revision = now;
    isOutdated = true;
    lookSoon();
  });
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return; // the browser connects again
    disconnect();
    setTimeout(connect, LONG_PAUSE);
  });
};

// A browser opens six connections to a server. So only the page in view keeps one.
const disconnect = () => {
  source?.close();
  source = null;
};

document.addEventListener("semsearch:look", lookSoon);
// The close of the viewer does not bubble.
document.addEventListener("close", () => isStale && lookSoon(), { capture: true });
document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
window.addEventListener("pagehide", disconnect);
window.addEventListener("pageshow", connect);
document.querySelector("main").addEventListener("pointerdown", () => (isTouched = true));
document.addEventListener("semsearch:renewed", () => {
  isTouched = false;
  lookAt();
});
lookAt();
connect();
