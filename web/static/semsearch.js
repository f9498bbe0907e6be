// Progressive enhancement only: every page works without this file.

// typing.js may replace the forms, so they are looked up, and the document listens in their place.
const searchForm = () => document.querySelector("#search-form");
const pictureForm = () => document.querySelector("#picture-form");
const pictureFile = () => document.querySelector("#picture-file");
const box = () => document.querySelector("#q");
const veil = document.querySelector("#drop-veil");

const DEFAULTS = JSON.parse(searchForm().dataset.defaults);

const hasQuery = () =>
  box().value.trim() !== "" || searchForm().querySelector("[name=picture], [name=like]") !== null;

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

const searchWith = (file) => {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  pictureFile().files = transfer.files;
  pictureForm().requestSubmit();
};

// Keep the address of the results short: leave out empty fields and defaults.
const shorten = (fields) => {
  fields.set("q", fields.get("q").trim());
  for (const name of new Set(fields.keys())) {
    const kept = fields.getAll(name).filter((value) => !["", DEFAULTS[name]].includes(value));
    fields.delete(name);
    for (const value of kept) fields.append(name, value);
  }
};

// Send the fields of the search form as they are now, not as they were when the page was loaded.
// The picture takes the place of one that was sent before.
const takeSearch = (fields) => {
  for (const name of [...fields.keys()]) if (name !== "image") fields.delete(name);
  for (const [name, value] of new FormData(searchForm())) if (name !== "picture") fields.append(name, value);
};

// A kind is a link. What was typed since the page was made is not in its address, so the form is sent instead.
const searchKind = (event) => {
  const kind = event.target.closest(".tabs a")?.dataset.kind;
  if (!kind || !hasQuery() || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const field = searchForm().querySelector("[name=kind]") ?? document.createElement("input");
  Object.assign(field, { type: "hidden", name: "kind", value: kind });
  searchForm().append(field);
  searchForm().requestSubmit();
};

const listenToForms = () => {
  document.addEventListener("click", searchKind);
  document.addEventListener("submit", ({ target }) => {
    if ([searchForm(), pictureForm()].includes(target)) searchForm().setAttribute("aria-busy", "true");
  });
  document.addEventListener("change", ({ target }) => {
    if (target === pictureFile() && target.files.length > 0) pictureForm().requestSubmit();
  });
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target === searchForm()) shorten(formData);
    if (target === pictureForm()) takeSearch(formData);
  });
  // A page that the browser restores from its back/forward cache is no longer busy.
  window.addEventListener("pageshow", () => searchForm().removeAttribute("aria-busy"));
};

const listenToDrops = () => {
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    veil.hidden = true;
    // Send any file: the server explains why a file is not a picture.
    const [file] = event.dataTransfer.files;
    if (file) searchWith(file);
  });
  document.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    searchWith(file);
  });
};

const askForAnswer = async (place, signal) => {
  if (signal.aborted) return;
  try {
    const reply = await fetch(place.dataset.answer, { signal });
    if (reply.ok) place.innerHTML = await reply.text();
    place.removeAttribute("data-answer");
  } catch {
    // The snippet without a marked sentence is good enough.
  }
};

// Finding the sentence that answers takes longer than the search. So ask only for snippets in view, one by one, and for
// none of a list that is gone, or will be gone with the next key.
let stopAsking = () => {};

const listenForAnswers = () => {
  stopAsking();
  if (document.documentElement.matches(".typing")) return;
  const leaving = new AbortController();
  let asking = Promise.resolve();
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      asking = asking.then(() => askForAnswer(target, leaving.signal));
    }
  });
  document.querySelectorAll("[data-answer]").forEach((place) => seen.observe(place));
  stopAsking = () => {
    seen.disconnect();
    leaving.abort();
  };
};

// A server that is busy refuses a thumbnail. Ask for it once more, a little later.
const listenForRefusals = () => {
  const THUMBNAIL = 'img[src*="/thumb/"]';
  const askAgain = (image) => {
    if (image.dataset.again) return;
    image.dataset.again = "1";
    setTimeout(() => (image.src = image.src), 2000 + 2000 * Math.random());
  };
  // An error does not bubble, so it is caught on its way down.
  document.addEventListener("error", ({ target }) => target.matches?.(THUMBNAIL) && askAgain(target), true);
  // These were refused before this script ran.
  for (const image of document.querySelectorAll(THUMBNAIL)) {
    if (image.complete && image.naturalWidth === 0) askAgain(image);
  }
};

listenForAnswers();
document.addEventListener("semsearch:renewed", listenForAnswers);
document.addEventListener("semsearch:rested", listenForAnswers);
listenForRefusals();
listenToForms();
listenToDrops();
