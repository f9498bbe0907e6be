// Sends forms without leaving the page.

const unsent = document.querySelector("#unsent");
let isLeft = false; // to the browser

// Calls `handle` with each form that is submitted and matches, and its button, in place of the browser.
export const inPlace = (selector, handle) =>
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (isLeft || !form.matches(selector)) return;
    event.preventDefault();
    handle(form, submitter);
  });

// With an ended session, the answer is the page to log in.
const isKept = ({ ok, url }) => ok && new URL(url).pathname !== "/login";

// The address and the text of the answer; null without one. What is refused is sent once more by the browser, which
// shows why. Where the server cannot be reached, the page stays as it is, and says so.
export const send = async (form, button) => {
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const response = await fetch(form.action, { method: "POST", body });
    unsent.textContent = "";
    if (isKept(response)) return { url: response.url, text: await response.text() };
  } catch {
    unsent.textContent = unsent.dataset.failed;
    return null;
  }
  isLeft = true;
  try {
    if (button.form === form) form.requestSubmit(button);
    else form.requestSubmit(); // the list with the button has been renewed meanwhile
  } finally {
    isLeft = false;
  }
  return null;
};
