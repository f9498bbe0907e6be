// A time is chosen by dragging over the bars. Without this file, the years below them are links.

const barsOf = (figure) => [...figure.querySelectorAll("rect")];

// What is dragged over now: the figure, its bars as they were, and the first and last bar.
let drag = null;

const barAt = (figure, x) => {
  const { left, width } = figure.querySelector("svg").getBoundingClientRect();
  const { length } = barsOf(figure);
  return Math.min(length - 1, Math.max(0, Math.floor(((x - left) / width) * length)));
};

const timeOf = ({ figure, from, to }) => {
  const bars = barsOf(figure).slice(Math.min(from, to), Math.max(from, to) + 1);
  const [first, last] = [bars[0].dataset.first, bars.at(-1).dataset.last];
  return { first, last, bars };
};

const say = (figure, text) => (figure.querySelector(".dragged").textContent = text);

const show = (range) => {
  const { first, last, bars } = timeOf(range);
  for (const bar of barsOf(range.figure)) bar.classList.toggle("in", bars.includes(bar));
  say(range.figure, first === last ? first : `${first} – ${last}`);
};

const end = () => {
  const { figure, before } = drag;
  barsOf(figure).forEach((bar, n) => bar.classList.toggle("in", before[n]));
  say(figure, "");
  drag = null;
};

const address = ({ first, last }, link) => {
  const chosen = new URL(link, location.href);
  chosen.searchParams.set("when", first === last ? first : `${first} to ${last}`);
  return chosen.href;
};

document.addEventListener("pointerdown", (event) => {
  const figure = event.target.closest?.(".histogram");
  if (!figure || event.button !== 0) return;
  event.preventDefault();
  const from = barAt(figure, event.clientX);
  drag = { figure, from, to: from, before: barsOf(figure).map((bar) => bar.classList.contains("in")) };
  show(drag);
});
document.addEventListener("pointermove", (event) => {
  if (drag) {
    drag.to = barAt(drag.figure, event.clientX);
    show(drag);
    return;
  }
  const figure = event.target.closest?.(".histogram");
  if (!figure) return;
  const { first, last, count } = barsOf(figure)[barAt(figure, event.clientX)].dataset;
  say(figure, `${first === last ? first : `${first} – ${last}`}: ${count}`);
});
document.addEventListener("pointerup", () => {
  if (!drag) return;
  const chosen = address(timeOf(drag), drag.figure.dataset.link);
  drag = null;
  document.dispatchEvent(new CustomEvent("semsearch:open", { detail: { address: chosen } }));
});
document.addEventListener("pointercancel", () => drag && end());
document.addEventListener("keydown", (event) => event.key === "Escape" && drag && end());
document.addEventListener("pointerout", (event) => {
  const figure = event.target.closest?.(".histogram");
  if (figure && !drag && !figure.contains(event.relatedTarget)) say(figure, "");
});
document.addEventListener("semsearch:renewed", () => (drag = null));
