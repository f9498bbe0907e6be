// Searches that this browser has kept by itself, as it did before: they are offered once to be taken over.

const KEY = "semsearch.saved";

const kept = () => {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => /^\/\?/.test(each?.address)) : [];
  } catch {
    return []; // the browser keeps nothing for this page, or somebody else has written there
  }
};

const offer = () => {
  const form = document.querySelector("#saved-before");
  if (form) form.hidden = kept().length === 0;
};

const field = (name, value) => Object.assign(document.createElement("input"), { type: "hidden", name, value });

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "saved-before") return;
  event.preventDefault();
  const fields = kept().flatMap(({ name, address }) => [field("name", name), field("search", address.slice(2))]);
  form.append(...fields);
  const done = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  // With an ended session, the answer is the page to log in.
  if (done.ok && new URL(done.url).pathname === "/saved") {
    localStorage.removeItem(KEY);
    location.assign(done.url);
  } else {
    form.submit(); // the browser shows what is wrong
  }
});

document.addEventListener("click", ({ target }) => {
  if (!target.matches?.("#saved-before [type=button]")) return;
  localStorage.removeItem(KEY);
  offer();
  document.querySelector("#q").focus();
});

document.addEventListener("semsearch:renewed", offer);
offer();
