// The map of the library: fetches its points, moves and enlarges it, says what lies where, and makes an area that is
// drawn on it a filter. Without this file, the tables beside it show the same documents.

const map = document.querySelector("#map");
const over = map.querySelector("#map-over");
const about = map.querySelector("#map-about");
const said = map.querySelector("#map-lit");
const colour = map.querySelector("#map-colour");
const { View, Cells, isInside, simplified, toArea, fromArea, rectangle } = await import(map.dataset.shapes);
const { Drawing, palette } = await import(map.dataset.drawing);

// Where the map was when an area was drawn: the page of that area shows the same part.
const KEPT = "semsearch:map";
// A pointer rests this long before a document is fetched, and is no farther from it, in milliseconds and pixels.
const [REST, NEAR] = [80, 12];
const [STEP, FASTER] = [60, 1.4];
// Hits that are fetched to light up.
const MOST = 1000;

const drawing = new Drawing(map.querySelector("#map-points"), over);
const view = new View(1, 1);
let colours = palette(map);
let points = { x: new Float32Array(), y: new Float32Array(), codes: new Uint8Array(), lit: null };
let docs = "";
let names = [];
let colourings = [];
let cells = new Cells(points.x, points.y);
let area = fromArea(map.dataset.map, map.dataset.area);
// What is drawn now: "rectangle", "lasso" or "", and its corners so far.
let draws = "";
let drawn = [];
let frame = 0;
let hasCross = false;

const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

const places = (text) => {
  const [whole, found] = [bytes(text), new Float32Array(text.length)];
  const number = whole.length / 2;
  for (let n = 0; n < number; n++) found[n] = (whole[2 * n] + 256 * whole[2 * n + 1]) / 65535;
  return found.subarray(0, number);
};

const draw = () => {
  frame = 0;
  drawing.points(points, view, colours);
  const corners = draws === "rectangle" && drawn.length > 1 ? rectangle(drawn[0], drawn.at(-1)) : drawn;
  const isOpen = draws === "lasso" && drawn.length > 0;
  const isTold = !about.hidden && shown >= 0;
  const ring = isTold ? [points.x[shown], points.y[shown]] : null;
  const card = isTold ? [about.offsetLeft, about.offsetTop, about.offsetLeft + about.offsetWidth, about.offsetTop + about.offsetHeight] : null;
  drawing.overlay({ names, points, corners: drawn.length > 0 ? corners : area, isOpen, hasCross, ring, card }, view, colours);
};

const redraw = () => {
  if (!frame) frame = requestAnimationFrame(draw);
};

const fit = () => {
  const { width, height } = over.getBoundingClientRect();
  if (width === 0) return;
  view.resize(width, height);
  drawing.resize(width, height);
  redraw();
};

const idOf = (n) => {
  let id = "";
  for (let k = 8 * n; k < 8 * n + 8; k++) id += docs[k].toString(16).padStart(2, "0");
  return id;
};

// What is said about a document.

const told = new Map();
let waiting = 0;
let shown = -1;

const hide = () => {
  clearTimeout(waiting);
  if (!about.hidden) redraw();
  about.hidden = true;
  shown = -1;
};

const place = (n) => {
  const [left, top] = view.toScreen(points.x[n], points.y[n]);
  const { offsetWidth, offsetHeight } = about;
  about.style.left = `${Math.max(4, Math.min(view.width - offsetWidth - 4, left + 14))}px`;
  about.style.top = `${top + 14 + offsetHeight > view.height ? Math.max(4, top - offsetHeight - 14) : top + 14}px`;
};

// Whether it told: the document may be gone, and the pointer may have moved on meanwhile.
const tell = async (n) => {
  const id = idOf(n);
  if (!told.has(id)) {
    const reply = await fetch(map.dataset.about.replace("0000000000000000", id));
    if (reply.ok) told.set(id, await reply.text());
  }
  if (shown !== n) return false;
  if (!told.has(id)) {
    hide();
    return false;
  }
  about.innerHTML = told.get(id);
  about.hidden = false;
  place(n);
  redraw();
  return true;
};

const nearest = (left, top, far = NEAR) => cells.nearest(...view.toMap(left, top), far / view.scale);

const point = (left, top) => {
  const n = nearest(left, top);
  if (n === shown) return;
  hide();
  if (n < 0) return;
  shown = n;
  waiting = setTimeout(() => tell(n).catch(hide), REST);
};

// What lights up.

const light = (isLit) => {
  points.lit = new Uint8Array(points.x.length);
  for (let n = 0; n < points.lit.length; n++) points.lit[n] = isLit(n) ? 1 : 0;
  redraw();
};

const hitsAt = async (address) => {
  const found = new Set();
  for (let cursor = "*"; cursor && found.size < MOST; ) {
    const asked = new URL(address, location.href);
    asked.searchParams.set("cursor", cursor);
    const reply = await fetch(asked);
    if (!reply.ok) return found;
    const { hits, next } = await reply.json();
    for (const { doc, relevance } of hits) if ((relevance ?? 1) >= 0.5) found.add(doc);
    cursor = hits.every(({ relevance }) => (relevance ?? 1) >= 0.5) ? next : null;
  }
  return found;
};

const lightHits = async () => {
  if (map.dataset.hits === "") {
    if (area.length > 2) light((n) => isInside(area, points.x[n], points.y[n]));
    return;
  }
  const found = await hitsAt(map.dataset.hits);
  light((n) => found.has(idOf(n)));
  const number = points.lit.reduce((sum, each) => sum + each, 0);
  const says = found.size >= MOST ? map.dataset.saysMost : map.dataset.saysLit;
  said.textContent = says.replace("#", number.toLocaleString(document.documentElement.lang));
};

// An area becomes a filter: its page lists what lies in it, and shows the same part of the map.

const narrow = (corners) => {
  const shape = corners.length === 2 ? corners : simplified(corners);
  const address = new URL(map.dataset.here, location.href);
  address.searchParams.set("area", toArea(map.dataset.map, shape));
  const { x, y, zoom } = view;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ map: map.dataset.map, x, y, zoom, by: colour?.value }));
  } catch {
    // The whole map is shown then.
  }
  location.assign(address);
};

const restore = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
    if (kept?.map !== map.dataset.map) return;
    Object.assign(view, { x: kept.x, y: kept.y, zoom: kept.zoom });
    if (colour && kept.by) colour.value = kept.by;
    over.focus({ preventScroll: true });
  } catch {
    // As above.
  }
};

const setDraws = (shape) => {
  draws = shape;
  drawn = [];
  over.classList.toggle("draws", shape !== "");
  for (const name of ["rectangle", "lasso"]) {
    map.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", String(shape === name));
  }
  redraw();
};

const seen = () => [view.toMap(0, 0), view.toMap(view.width, view.height)];

const actions = {
  in: () => view.zoomBy(FASTER),
  out: () => view.zoomBy(1 / FASTER),
  whole: () => view.whole(),
  rectangle: () => setDraws(draws === "rectangle" ? "" : "rectangle"),
  lasso: () => setDraws(draws === "lasso" ? "" : "lasso"),
  seen: () => narrow(seen()),
};

map.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (!button) return;
  hide();
  actions[button.dataset.do]();
  redraw();
});

// Pointers: one moves the map or draws, two enlarge it.

const pointers = new Map();
let start = null;

const placeOf = (event) => {
  const { left, top } = over.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
};

const spread = () => {
  const [[ax, ay], [bx, by]] = [...pointers.values()];
  return { far: Math.hypot(ax - bx, ay - by), left: (ax + bx) / 2, top: (ay + by) / 2 };
};

over.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  over.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, placeOf(event));
  hasCross = false;
  if (pointers.size > 1) {
    drawn = [];
    return;
  }
  start = { at: placeOf(event), moved: false, isOnce: draws === "" && event.shiftKey };
  if (start.isOnce) setDraws("rectangle");
  if (draws) drawn = [view.toMap(...placeOf(event))];
  hide();
});

over.addEventListener("pointermove", (event) => {
  const [left, top] = placeOf(event);
  const before = pointers.get(event.pointerId);
  if (!before) {
    if (event.pointerType !== "touch") point(left, top);
    return;
  }
  const old = pointers.size === 2 ? spread() : null;
  pointers.set(event.pointerId, [left, top]);
  if (start && Math.hypot(left - start.at[0], top - start.at[1]) > 4) start.moved = true;
  if (old) {
    const now = spread();
    view.moveBy((old.left - now.left) / view.scale, (old.top - now.top) / view.scale);
    if (old.far > 0) view.zoomBy(now.far / old.far, now.left, now.top);
  } else if (draws && drawn.length > 0) drawn.push(view.toMap(left, top));
  else if (pointers.size === 1) {
    over.classList.add("drags");
    view.moveBy((before[0] - left) / view.scale, (before[1] - top) / view.scale);
  }
  redraw();
});

const release = (event) => {
  if (!pointers.delete(event.pointerId)) return;
  over.classList.remove("drags");
  const [corners, shape] = [drawn, draws];
  drawn = [];
  if (start?.isOnce) setDraws("");
  redraw();
  if (event.type === "pointercancel" || pointers.size > 0 || !start) return;
  const { moved } = start;
  start = null;
  if (moved && shape === "rectangle" && corners.length > 1) narrow([corners[0], corners.at(-1)]);
  else if (moved && shape === "lasso" && corners.length > 2) narrow(corners);
  else if (!moved) choose(event);
};

// A click opens the document; a finger first sees what it is.
const choose = async (event) => {
  shown = nearest(...placeOf(event), event.pointerType === "touch" ? 2 * NEAR : NEAR);
  if (shown < 0) return hide();
  const isTold = await tell(shown).catch(hide);
  if (isTold && event.pointerType !== "touch") about.querySelector("a")?.click();
};

over.addEventListener("pointerup", release);
over.addEventListener("pointercancel", release);
over.addEventListener("pointerleave", (event) => {
  if (!about.contains(event.relatedTarget)) hide();
});
about.addEventListener("pointerleave", hide);

over.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    hide();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    view.zoomBy(Math.exp(-event.deltaY * lines * 0.0018), ...placeOf(event));
    redraw();
  },
  { passive: false },
);

// Keys: they move and enlarge the map, and Enter shows what lies nearest to the cross in its middle.

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const showMiddle = async () => {
  const n = nearest(view.width / 2, view.height / 2, Math.max(view.width, view.height));
  if (n < 0) return;
  clearTimeout(waiting);
  shown = n;
  if (await tell(n).catch(hide)) about.querySelector("a")?.focus({ preventScroll: true });
};

over.addEventListener("keydown", (event) => {
  const { key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (Object.hasOwn(MOVES, key)) view.moveBy(...MOVES[key].map((each) => (each * STEP) / view.scale));
  else if (key === "+" || key === "=") actions.in();
  else if (key === "-") actions.out();
  else if (key === "0") actions.whole();
  else if (key === "Enter") showMiddle();
  else if (key === "Escape" && (draws || !about.hidden)) setDraws("");
  else return;
  event.preventDefault();
  event.stopPropagation();
  if (key !== "Enter") hide();
  hasCross = true;
  redraw();
});
about.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  hide();
  over.focus({ preventScroll: true });
});
over.addEventListener("blur", ({ relatedTarget }) => {
  hasCross = false;
  if (!about.contains(relatedTarget)) hide();
  redraw();
});

const recolour = () => {
  const chosen = colourings.find(({ by }) => by === colour?.value);
  points.codes = chosen ? chosen.codes : new Uint8Array(points.x.length);
  for (const legend of map.querySelectorAll(".map-legend")) legend.hidden = legend.dataset.by !== colour.value;
  redraw();
};
colour?.addEventListener("change", recolour);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  colours = palette(map);
  redraw();
});
new ResizeObserver(fit).observe(over);

const load = async () => {
  const reply = await fetch(map.dataset.points);
  if (!reply.ok) throw new Error(reply.statusText);
  const found = await reply.json();
  performance.mark("map-data");
  docs = bytes(found.docs);
  points = { x: places(found.x), y: places(found.y), codes: new Uint8Array(found.documents), lit: null };
  colourings = found.colourings.map(({ by, of }) => ({ by, codes: bytes(of) }));
  names = found.names;
  cells = new Cells(points.x, points.y);
  fit();
  restore();
  recolour();
  await new Promise(requestAnimationFrame);
  performance.mark("map-drawn");
  map.dataset.drawn = found.documents;
  await lightHits();
};

load().catch(() => {
  said.textContent = map.dataset.failed;
});
