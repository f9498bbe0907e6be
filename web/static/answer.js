// Puts the answer of a language model above the results, as it is written, in place of a page of its own.

const fill = (box, link) => {
  const address = link.href;
  const source = new EventSource(link.dataset.stream);
  const show = (event, put) =>
    source.addEventListener(event, (said) => {
      if (box.isConnected) put(JSON.parse(said.data));
      else source.close(); // another search has taken its place
    });
  const stop = () => {
    source.close();
    box.removeAttribute("aria-busy");
    box.querySelector(".begun")?.remove();
  };
  box.tabIndex = -1;
  box.focus({ preventScroll: true });
  box.setAttribute("aria-busy", "true");
  link.setAttribute("aria-disabled", "true");
  show("answer", (html) => {
    const { activeElement } = document;
    const hadFocus = box.contains(activeElement);
    box.innerHTML = html;
    // Whoever stands on the link of a source stays on it while sentences come.
    const twin = [...box.querySelectorAll("a")].find(({ href }) => href === activeElement.href);
    if (hadFocus) (twin ?? box).focus({ preventScroll: true });
  });
  show("begun", (words) => {
    if (words) box.querySelector(".waits")?.remove();
    box.querySelector(".begun").textContent = words;
  });
  show("failed", (why) => {
    const note = document.createElement("p");
    note.className = "reply-note";
    note.textContent = why;
    box.querySelector(".waits")?.remove();
    box.append(note);
  });
  show("end", stop);
  source.onerror = () => {
    stop();
    if (box.isConnected) location.assign(address); // the page of its own says what is wrong
  };
  // A stream that breaks off because another page opens is no error.
  addEventListener("beforeunload", () => source.close(), { once: true });
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.ask");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!link.ariaDisabled) fill(link.closest(".reply"), link);
});
