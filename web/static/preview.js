// The pane beside the list: the document of the chosen hit.

const pane = document.querySelector("#preview");
let asking = new AbortController();

const load = async (address) => {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const reply = await fetch(address, { signal });
    const text = await reply.text();
    if (signal.aborted) return;
    if (reply.ok) pane.innerHTML = text;
    else pane.textContent = pane.dataset.failed;
  } catch {
    if (!signal.aborted) pane.textContent = pane.dataset.failed;
  }
};

document.addEventListener("semsearch:chosen", ({ detail }) => pane.checkVisibility() && load(detail.hit.dataset.preview));
