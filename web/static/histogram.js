// A time is chosen by dragging over the bars, or by keys: the arrow keys go from bar to bar, with Shift over several, and
// Enter shows their hits. Without this file, the years below them are links.

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity };

const barsOf = (figure) => [...figure.querySelectorAll("rect")];
const svgOf = (figure) => figure.querySelector("svg");

// What is being chosen: the figure, its bars as they were, and the first and last bar.
let range = null;
// Whether the focus goes back to the bars of the renewed page.
let isWaiting = false;

const barAt = (figure, x) => {
  const { left, width } = svgOf(figure).getBoundingClientRect();
  const { length } = barsOf(figure);
  return Math.min(length - 1, Math.max(0, Math.floor(((x - left) / width) * length)));
};

const timeOf = ({ figure, from, to }) => {
  const bars = barsOf(figure).slice(Math.min(from, to), Math.max(from, to) + 1);
  return { first: bars[0].dataset.first, last: bars.at(-1).dataset.last, bars };
};

const textOf = ({ first, last, bars }) => {
  const time = first === last ? first : `${first} – ${last}`;
  return bars.length === 1 ? `${time}: ${bars[0].dataset.count}` : time;
};

const say = (figure, text) => (figure.querySelector(".dragged").textContent = text);

const tell = ({ figure, from, to }) => {
  const svg = svgOf(figure);
  svg.setAttribute("aria-valuenow", to + 1);
  svg.setAttribute("aria-valuetext", textOf(timeOf({ figure, from, to })));
};

const show = () => {
  const time = timeOf(range);
  for (const bar of barsOf(range.figure)) bar.classList.toggle("in", time.bars.includes(bar));
  say(range.figure, textOf(time));
  tell(range);
};

// The bars of the time that is chosen; the last one if that is all of it.
const chosenIn = (figure) => {
  const bars = barsOf(figure);
  const isIn = bars.map((bar) => bar.classList.contains("in"));
  if (!isIn.includes(true) || !isIn.includes(false)) return { figure, from: bars.length - 1, to: bars.length - 1 };
  return { figure, from: isIn.indexOf(true), to: isIn.lastIndexOf(true) };
};

const begin = (start, isDragged) => {
  range = { ...start, isDragged, before: barsOf(start.figure).map((bar) => bar.classList.contains("in")) };
};

const end = () => {
  const { figure, before } = range;
  barsOf(figure).forEach((bar, n) => bar.classList.toggle("in", before[n]));
  say(figure, "");
  tell(chosenIn(figure));
  range = null;
};

const open = () => {
  const { first, last } = timeOf(range);
  const chosen = new URL(range.figure.dataset.link, location.href);
  chosen.searchParams.set("when", first === last ? first : `${first} to ${last}`);
  isWaiting = !range.isDragged;
  range = null;
  document.dispatchEvent(new CustomEvent("semsearch:open", { detail: { address: chosen.href } }));
};

const move = (figure, step, isLonger) => {
  if (!range) begin(chosenIn(figure), false);
  range.to = Math.min(barsOf(figure).length - 1, Math.max(0, range.to + step));
  if (!isLonger) range.from = range.to;
  show();
};

// For a script alone the bars are a control.
const equip = () => {
  for (const figure of document.querySelectorAll(".histogram")) {
    const attributes = { role: "slider", tabindex: 0, "aria-valuemin": 1, "aria-valuemax": barsOf(figure).length };
    for (const [name, value] of Object.entries(attributes)) svgOf(figure).setAttribute(name, value);
    svgOf(figure).setAttribute("aria-describedby", figure.querySelector("[hidden]").id);
    tell(chosenIn(figure));
  }
};

document.addEventListener("pointerdown", (event) => {
  const figure = event.target.closest?.(".histogram");
  if (!figure || event.button !== 0) return;
  event.preventDefault();
  const from = barAt(figure, event.clientX);
  if (range) end(); // it may be chosen by keys just now
  begin({ figure, from, to: from }, true);
  show();
});
document.addEventListener("pointermove", (event) => {
  if (range?.isDragged) {
    range.to = barAt(range.figure, event.clientX);
    show();
    return;
  }
  const figure = event.target.closest?.(".histogram");
  if (!figure || range) return;
  const at = barAt(figure, event.clientX);
  say(figure, textOf(timeOf({ figure, from: at, to: at })));
});
document.addEventListener("pointerup", () => range?.isDragged && open());
document.addEventListener("pointercancel", () => range && end());
document.addEventListener("pointerout", (event) => {
  const figure = event.target.closest?.(".histogram");
  if (figure && !range && !figure.contains(event.relatedTarget)) say(figure, "");
});

// On its way down, before the page clears a selection by this key (keys.js).
const endByKey = (event) => {
  if (event.key !== "Escape" || !range) return;
  event.preventDefault();
  end();
};
document.addEventListener("keydown", endByKey, { capture: true });
document.addEventListener("keydown", (event) => {
  const { key, shiftKey, target } = event;
  const figure = target.closest?.(".histogram");
  if (!figure || event.ctrlKey || event.metaKey || event.altKey) return;
  if (Object.hasOwn(STEPS, key)) move(figure, STEPS[key], shiftKey);
  else if (key === "Enter") {
    if (!range) move(figure, 0, true);
    open();
  } else return;
  event.preventDefault();
});
document.addEventListener("focusin", ({ target }) => {
  const figure = target.closest?.(".histogram");
  if (figure) say(figure, svgOf(figure).getAttribute("aria-valuetext"));
});
document.addEventListener("focusout", ({ target }) => {
  const figure = target.closest?.(".histogram");
  if (!figure || range?.isDragged) return;
  if (range) end();
  else say(figure, "");
});

document.addEventListener("semsearch:renewed", () => {
  range = null;
  equip();
  // Another search may have overtaken this choice. Whoever types it keeps the focus.
  const isFree = document.activeElement.matches("body, main");
  if (isWaiting && isFree) document.querySelector(".histogram svg")?.focus({ preventScroll: true });
  isWaiting = false;
});
equip();
