// Copying to the clipboard. A button with `data-copy` has its text; another script sends `semsearch:copy` with a text and
// the button that was pressed. The button says whether it was done, and the status behind it says it aloud.

const SHOWN = 2000; // in milliseconds

let end = () => {}; // what a button says ends, before its time if another one is pressed

// Over plain HTTP from another machine, and where the clipboard is forbidden, a browser offers only this.
const copyByCommand = (text, button) => {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "sr-only";
  field.value = text;
  button.after(field); // outside an open dialog nothing can have the focus
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  focused.focus({ preventScroll: true });
  return isDone;
};

const isCopied = async (text, button) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text, button);
  }
};

const say = (button, text) => {
  end();
  const label = button.querySelector("span");
  const status = button.parentElement.querySelector("[role=status]");
  const before = label.textContent;
  button.style.minWidth = `${button.offsetWidth}px`; // what stands beside it stays there
  button.ariaLabel = before; // the status is read, and not the button again
  label.textContent = status.textContent = text;
  const timer = setTimeout(() => end(), SHOWN);
  end = () => {
    clearTimeout(timer);
    label.textContent = before;
    status.textContent = "";
    button.ariaLabel = null;
    button.style.minWidth = "";
    end = () => {};
  };
};

const copy = async (text, button) => {
  const isDone = await isCopied(text, button);
  say(button, isDone ? button.dataset.done : button.dataset.failed);
};

document.addEventListener("semsearch:copy", ({ detail: { text, button } }) => copy(text, button));
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button) copy(button.dataset.copy, button);
});
