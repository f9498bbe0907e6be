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

document.addEventListener("formdata", ({ target, formData }) => {
  if (target.id !== "saved-before") return;
  for (const { name, address } of kept()) {
    formData.append("name", name);
    formData.append("search", address.slice(2));
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

const script = document.querySelector("#unsent")?.dataset.script; // only who may save searches has it
if (script) {
  const { inPlace, send } = await import(script);
  inPlace("#saved-before", async (form, button) => {
    const sent = await send(form, button);
    if (!sent) return;
    localStorage.removeItem(KEY);
    location.assign(sent.url);
  });
}
