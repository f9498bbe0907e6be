// The page of the library: the progress of the run that goes on.

document.addEventListener("semsearch:progress", ({ detail: run }) => {
  const bar = document.querySelector("#run-progress");
  if (!bar || !run) return;
  if (run.share === null) bar.removeAttribute("value");
  else bar.value = run.share;
  for (const step of document.querySelectorAll("[data-phase]")) {
    if (step.dataset.phase === run.phase) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
  for (const each of document.querySelectorAll("[data-searchable]")) each.hidden = each.dataset.searchable !== run.phase;
});

// A task that has ended may leave no other trace than that it is gone.
const LOOK_AGAIN = 4000;

setInterval(() => {
  const isOpen = document.querySelector("[data-open-task]") !== null;
  if (isOpen && !document.hidden) document.dispatchEvent(new Event("semsearch:look"));
}, LOOK_AGAIN);
