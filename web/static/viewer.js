// The picture viewer: the pictures of a list, large, one after the other. Whatever opens a picture of the list opens
// it here. Each has the address of its page, so that it can be shared, and the button "back" of the browser closes the viewer.

const PICTURES = "li[data-preview]:has(.tile-picture img, .hit-thumb)";
const LINK = ".tile-picture, .hit-thumb";
// In the list, and in the preview beside it. The words of a picture are among what is known about it.
const WORDS = ".snippet";
const OPENS = `${LINK}, h2 a, h3 a, ${WORDS}`;
const FOCUSED = ":is(h2, h3) a:not([tabindex]), .tile-picture";
const OPENS_PREVIEWED = "#preview .image :is(h2 a, .doc-picture, .open)";
const LARGEST = 8;
// A small picture is first shown at most this many times as large as it is.
const ENLARGED = 3;
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
let titleOfList = "";
let onTo = 0; // while another page of the list is fetched: 1 for the next one, -1 for the one before

// Without those among the weaker results while these are folded away.
const pictures = () => [...document.querySelectorAll(PICTURES)].filter((item) => item.checkVisibility());
const linkOf = (item) => item.querySelector(LINK);
const nameOf = (item) => item.querySelector("h2, h3").textContent.trim();
const pictureOf = (doc) => pictures().find(({ dataset }) => dataset.doc === doc);
// A list of pictures alone goes on beyond its page: not past weaker ones folded away, nor away from what is selected.
const list = () => document.querySelector("#hits[data-total]");
const isWhole = () => list()?.querySelectorAll(".hit").length === pictures().length;
const goesOn = () => isWhole() && document.querySelector(".pick :checked") === null;
const pageBeside = (step) => (goesOn() ? document.querySelector(`.paging [rel=${step > 0 ? "next" : "prev"}]`) : null);
// The list may have been renewed since the picture was shown.
const numberOf = (item) => pictures().findIndex(({ dataset }) => dataset.doc === item.dataset.doc);

// A button that is disabled would lose the focus, and with it the keys.
const allow = (which, isAllowed, other) => {
  const isFocused = document.activeElement === button(which);
  button(which).disabled = !isAllowed;
  if (isAllowed || !isFocused) return;
  // At the end, the button that was pressed gives the focus to the one that leads back.
  if (other) button(other).disabled = false;
  (other ? button(other) : viewer).focus();
};

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

// The picture and the part that matches, laid over it: both fill the stage, keep their shape, and are enlarged no further than is good to look at.
const setStage = (image, part) => {
  const size = (side) => Number(image.getAttribute(side)) || image[side === "width" ? "naturalWidth" : "naturalHeight"];
  const [width, height] = [size("width"), size("height")];
  const isSized = width > 0 && height > 0; // one that cannot be read has no size
  const laid = isSized ? part : null;
  const picture = document.createElement("div");
  picture.className = "viewer-picture";
  picture.append(...[image, laid].filter(Boolean));
  const most = isSized ? { maxWidth: `${ENLARGED * width}px`, maxHeight: `${ENLARGED * height}px` } : {};
  for (const { style } of picture.children) Object.assign(style, most);
  if (laid) {
    laid.setAttribute("viewBox", `0 0 ${width} ${height}`);
    laid.setAttribute("preserveAspectRatio", "xMidYMid meet");
    laid.firstElementChild.setAttribute("transform", `scale(${width} ${height})`);
  }
  allow("part", laid !== null);
  stage.replaceChildren(picture);
  place(zoom.scale, zoom.x, zoom.y); // the thumbnail may have been enlarged
};

// The name stands above it.
const unnamed = () => Object.assign(new Image(), { alt: "" });

// Until the picture is here, its thumbnail stands for it.
const showThumb = (item) => {
  const { currentSrc, complete, naturalWidth } = linkOf(item).querySelector("img");
  const image = unnamed();
  if (complete && naturalWidth) image.src = currentSrc;
  stage.replaceChildren(image);
  place(1, 0, 0);
};

const fill = async (body, signal) => {
  const found = body.querySelector(".doc-picture img");
  const image = document.importNode(found ?? unnamed(), true); // an image of another document loads nothing
  // One that cannot be read is shown as broken, with its name.
  await image.decode().catch(() => {});
  if (signal.aborted) return;
  setStage(image, body.querySelector(".doc-part"));
  body.querySelectorAll(".doc-picture, .open").forEach((each) => each.remove());
  if (facts.contains(document.activeElement)) facts.focus();
  facts.replaceChildren(...body.querySelectorAll(".path, .preview-body > *, .preview-actions"));
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
  const start = Number(list()?.dataset.start ?? 0);
  const number = isWhole() ? list().dataset.total : start + all.length;
  said.textContent = said.dataset.says.replace("{n}", start + n + 1).replace("{number}", number);
  name.textContent = nameOf(item);
  document.title = `${name.textContent} · semsearch`;
  name.href = linkOf(item).href;
  allow("previous", n > 0 || pageBeside(-1) !== null, "next");
  allow("next", n < all.length - 1 || pageBeside(1) !== null, "previous");
  showThumb(item);
  if (!viewer.open) viewer.showModal();
  try {
    await fill(await fragment(item.dataset.preview, signal), signal);
    if (signal.aborted) return;
    // One beside it that cannot be had is told when it is shown.
    await Promise.all([all[n + 1], all[n - 1]].map((each) => preload(each).catch(() => {})));
  } catch {
    if (!signal.aborted && current === item) location.assign(name.href); // the page says what is wrong
  }
};

const remember = (how, item) => history[how]({ viewer: item.dataset.doc }, "", linkOf(item).href);

// The entry that this picture has in the history becomes that of the other page; the picture there gets one of its own.
const openPage = (href, step) => {
  onTo = step;
  history.replaceState(null, "", href);
  document.dispatchEvent(new CustomEvent("semsearch:open", { detail: { address: href } }));
};

const turn = (step) => {
  if (onTo) return;
  const next = pictures()[numberOf(current) + step];
  if (!next && pageBeside(step)) openPage(pageBeside(step).href, step);
  if (!next) return;
  remember("replaceState", next);
  show(next);
};

const showFacts = (areShown) => {
  if (!areShown && facts.contains(document.activeElement)) button("facts").focus();
  facts.hidden = !areShown;
  button("facts").setAttribute("aria-pressed", String(areShown));
};

const togglePart = () => {
  const isHidden = viewer.classList.toggle("without-part");
  button("part").setAttribute("aria-pressed", String(!isHidden));
};

const open = (item) => {
  titleOfList = document.title;
  history.replaceState({ ...history.state, top: scrollY }, ""); // typing.js goes back there, even from another page
  remember("pushState", item);
  show(item);
};

const ACTIONS = {
  previous: () => turn(-1),
  next: () => turn(1),
  larger: () => enlarge(1.5),
  smaller: () => enlarge(1 / 1.5),
  part: togglePart,
  facts: () => showFacts(facts.hidden),
  close: () => viewer.close(),
};
// A picture that is larger than the stage is moved by the arrow keys, by this part of the stage.
const PART = 0.2;
const ACROSS = { ArrowLeft: [PART, 0], ArrowRight: [-PART, 0], ArrowUp: [0, PART], ArrowDown: [0, -PART] };
const KEYS = { ArrowLeft: "previous", ArrowRight: "next", i: "facts", o: "part", "+": "larger", "=": "larger", "-": "smaller" };

const listenToPage = () => {
  // After results.js, for which a first click may only choose a hit.
  window.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const previewed = event.target.closest(OPENS_PREVIEWED)?.closest("[data-doc]");
    const item = previewed ? pictureOf(previewed.dataset.doc) : event.target.closest(OPENS)?.closest(PICTURES);
    if (!item) return;
    event.preventDefault();
    if (event.target.closest(WORDS)) showFacts(true);
    open(item);
  });
  // Before typing.js, which would fetch the page of the picture.
  const go = (event) => {
    onTo = 0;
    const item = event.state?.viewer && pictureOf(event.state.viewer);
    if (item) {
      event.stopImmediatePropagation();
      if (!viewer.open) titleOfList = document.title;
      show(item);
    } else if (viewer.open) viewer.close();
  };
  window.addEventListener("popstate", go, { capture: true });
  document.addEventListener("semsearch:renewed", () => {
    if (!onTo) return;
    const item = pictures().at(onTo > 0 ? 0 : -1);
    onTo = 0;
    // After typing.js, which puts the address of the page into the history.
    queueMicrotask(() => (item ? open(item) : viewer.close()));
  });
};

const listenToViewer = () => {
  viewer.addEventListener("click", ({ target }) => ACTIONS[target.closest("button")?.name]?.());
  viewer.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the keys of the list stay there
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || (key.startsWith("Arrow") && facts.contains(target))) return;
    const across = zoom.scale > 1 ? ACROSS[key] : undefined;
    if (!across && (!KEYS[key] || button(KEYS[key]).disabled)) return;
    event.preventDefault();
    if (across) place(zoom.scale, zoom.x + across[0] * stage.clientWidth, zoom.y + across[1] * stage.clientHeight);
    else ACTIONS[KEYS[key]]();
  });
  viewer.addEventListener("close", () => {
    asking.abort();
    stage.replaceChildren();
    document.title = titleOfList;
    if (history.state?.viewer || onTo) history.back(); // typing.js gives up a page that is still fetched
    onTo = 0;
    (pictureOf(current.dataset.doc)?.querySelector(FOCUSED) ?? document.querySelector("main")).focus();
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
