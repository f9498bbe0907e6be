// The picture viewer: the pictures of the results, large, one after the other. Each has the address of its page, so that
// it can be shared, and the button "back" of the browser closes the viewer.

const PICTURES = "li[data-preview]:has(.tile-picture img, .hit-thumb)";
const LINK = ".tile-picture, .hit-thumb";
const LARGEST = 8;
// A finger that moves this far, in pixels, turns to another picture.
const SWIPE = 50;

const viewer = document.querySelector("#viewer");
// Under the address with which the page loads it, there is one preview.js for both.
const { fragment } = await import(viewer.dataset.script);
const stage = viewer.querySelector(".viewer-stage");
const facts = viewer.querySelector(".viewer-facts");
const said = viewer.querySelector("output");
const name = viewer.querySelector(".viewer-name");
const button = (which) => viewer.querySelector(`[name=${which}]`);

let current = null;
let zoom = { scale: 1, x: 0, y: 0 };
let asking = new AbortController();

// Without those among the weaker results while these are folded away.
const pictures = () => [...document.querySelectorAll(PICTURES)].filter((item) => item.checkVisibility());
const linkOf = (item) => item.querySelector(LINK);
const pictureOf = (doc) => pictures().find(({ dataset }) => dataset.doc === doc);
// The list may have been renewed since the picture was shown.
const numberOf = (item) => pictures().findIndex(({ dataset }) => dataset.doc === item.dataset.doc);

const place = (scale, x, y) => {
  const size = Math.min(LARGEST, Math.max(1, scale));
  // The middle of the stage always shows a part of the picture.
  const bound = (value, side) => Math.min(Math.max(value, (-side * (size - 1)) / 2), (side * (size - 1)) / 2);
  zoom = { scale: size, x: bound(x, stage.clientWidth), y: bound(y, stage.clientHeight) };
  const picture = stage.firstElementChild;
  if (picture) picture.style.transform = `translate(${zoom.x}px, ${zoom.y}px) scale(${size})`;
  stage.classList.toggle("zoomed", size > 1);
};

// Enlarge, while the point of the stage at (x, y), from its middle, stays where it is.
const enlarge = (factor, x = 0, y = 0) => {
  const grown = Math.min(LARGEST, Math.max(1, zoom.scale * factor)) / zoom.scale;
  place(zoom.scale * grown, x - (x - zoom.x) * grown, y - (y - zoom.y) * grown);
};

const fill = (body) => {
  const picture = document.createElement("div");
  picture.className = "viewer-picture";
  picture.append(...(body.querySelector(".doc-picture")?.childNodes ?? []));
  body.querySelector(".doc-picture")?.remove();
  stage.replaceChildren(picture);
  facts.replaceChildren(...body.querySelectorAll(".path, .preview-body > *, .preview-actions"));
  place(1, 0, 0);
};

const preload = async (item) => {
  if (!item) return;
  const source = (await fragment(item.dataset.preview)).querySelector(".doc-picture img");
  if (source) new Image().src = source.src;
};

const show = async (item) => {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  current = item;
  const all = pictures();
  const n = numberOf(item);
  said.textContent = said.dataset.says.replace("{n}", n + 1).replace("{number}", all.length);
  name.textContent = item.querySelector("h2, h3").textContent.trim();
  name.href = linkOf(item).href;
  button("previous").disabled = n === 0;
  button("next").disabled = n === all.length - 1;
  if (!viewer.open) viewer.showModal();
  try {
    const body = await fragment(item.dataset.preview, signal);
    if (signal.aborted) return;
    fill(body);
    await Promise.all([preload(all[n + 1]), preload(all[n - 1])]);
  } catch {
    if (!signal.aborted && current === item) location.assign(name.href); // the page says what is wrong
  }
};

const remember = (how, item) => history[how]({ viewer: item.dataset.doc }, "", linkOf(item).href);

const turn = (step) => {
  const next = pictures()[numberOf(current) + step];
  if (!next) return;
  remember("replaceState", next);
  show(next);
};

const toggleFacts = () => {
  facts.hidden = !facts.hidden;
  button("facts").setAttribute("aria-pressed", String(!facts.hidden));
};

const ACTIONS = {
  previous: () => turn(-1),
  next: () => turn(1),
  larger: () => enlarge(1.5),
  smaller: () => enlarge(1 / 1.5),
  facts: toggleFacts,
  close: () => viewer.close(),
};
const KEYS = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  i: "facts",
};

const listenToPage = () => {
  document.addEventListener("click", (event) => {
    const item = event.target.closest(LINK)?.closest(PICTURES);
    if (!item || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    remember("pushState", item);
    show(item);
  });
  // Before typing.js, which would fetch the page of the picture.
  const go = (event) => {
    const item = event.state?.viewer && pictureOf(event.state.viewer);
    if (item) {
      event.stopImmediatePropagation();
      show(item);
    } else if (viewer.open) viewer.close();
  };
  window.addEventListener("popstate", go, { capture: true });
};

const listenToViewer = () => {
  viewer.addEventListener("click", ({ target }) => ACTIONS[target.closest("button")?.name]?.());
  viewer.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the keys of the list stay there
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
    if (!action || (event.key.startsWith("Arrow") && facts.contains(event.target))) return;
    event.preventDefault();
    ACTIONS[action]();
  });
  viewer.addEventListener("close", () => {
    asking.abort();
    stage.replaceChildren();
    if (history.state?.viewer) history.back();
    linkOf(pictureOf(current.dataset.doc) ?? current).focus();
  });
};

const listenToFingers = () => {
  const fingers = new Map();
  let start = null;
  const fromMiddle = ({ clientX, clientY }) => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    return [clientX - left - width / 2, clientY - top - height / 2];
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  stage.addEventListener("pointerdown", (event) => {
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    start = fingers.size === 1 ? event : null; // two fingers are no swipe
  });
  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const wide = fingers.size === 2 ? spread() : 0;
    fingers.set(event.pointerId, event);
    if (wide) enlarge(spread() / wide, ...fromMiddle(event));
    else if (zoom.scale > 1) {
      place(zoom.scale, zoom.x + event.clientX - before.clientX, zoom.y + event.clientY - before.clientY);
    }
  });
  const lift = (event) => {
    const across = start && zoom.scale === 1 ? event.clientX - start.clientX : 0;
    fingers.delete(event.pointerId);
    start = null;
    if (event.type === "pointerup" && Math.abs(across) > SWIPE) turn(across < 0 ? 1 : -1);
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);
  stage.addEventListener("dblclick", (event) => {
    if (zoom.scale > 1) place(1, 0, 0);
    else enlarge(2.5, ...fromMiddle(event));
  });
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      enlarge(Math.exp(-event.deltaY / 300), ...fromMiddle(event));
    },
    { passive: false },
  );
};

listenToPage();
listenToViewer();
listenToFingers();
