// Puts the answer of a language model above the results, in place of a page of its own.

const fill = async (box, link) => {
  const waits = document.createElement("p");
  waits.textContent = box.dataset.waits;
  waits.tabIndex = -1;
  box.classList.add("waits");
  box.setAttribute("aria-busy", "true");
  box.replaceChildren(waits);
  waits.focus({ preventScroll: true });
  const response = await fetch(link.dataset.part, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(response.statusText);
  const part = document.createElement("template");
  part.innerHTML = await response.text();
  const hadFocus = document.activeElement === waits;
  box.classList.remove("waits");
  box.removeAttribute("aria-busy");
  box.replaceChildren(part.content);
  if (hadFocus) {
    box.tabIndex = -1;
    box.focus({ preventScroll: true });
  }
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.ask");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // The page of its own says what is wrong.
  fill(link.closest(".reply"), link).catch(() => location.assign(link.href));
});
