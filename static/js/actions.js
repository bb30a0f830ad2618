// Comforts of forms and lists of actions: what was read of a date, all rows ticked at once, the small form in its row.
"use strict";

const READ_AFTER_MS = 250;

// ---------------------------------------------------------------- what was read of a date

/** Say below a row what the server reads of its date, while it is typed or pasted. */
function readDates(input) {
  let timer = 0;
  let request = null;
  const said = input.closest("[data-row]")?.querySelector("[data-understood]");
  if (!said) return;
  async function read() {
    request?.abort();
    request = new AbortController();
    const url = new URL(input.dataset.readDates, document.baseURI);
    url.searchParams.set("text", input.value.trim());
    try {
      const answer = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { understood, error } = await answer.json();
      said.textContent = understood || error;
      said.classList.toggle("understood--not", Boolean(error));
    } catch {
      // Without an answer the text is read when it is saved.
    }
  }
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(read, READ_AFTER_MS);
  });
}

// Rows are added and forms are put in later: each input is taken up when it is first reached.
document.addEventListener("focusin", (event) => {
  const input = event.target;
  if (!input.dataset?.readDates || input.dataset.isRead) return;
  input.dataset.isRead = "yes";
  readDates(input);
});

// ---------------------------------------------------------------- all rows of a page ticked

function tickAll(link) {
  const boxes = () => $$(`input[type=checkbox][form="${link.dataset.tickAll}"]`);
  const allTicked = () => boxes().length > 0 && boxes().every((box) => box.checked);
  const name = () => { link.textContent = allTicked() ? link.dataset.wordsNone : link.dataset.wordsAll; };
  link.setAttribute("role", "button");
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const ticked = !allTicked();
    for (const box of boxes()) box.checked = ticked;
    name();
  });
  for (const box of boxes()) box.addEventListener("change", name);
  name();
}

// ---------------------------------------------------------------- the small form in its row

/** Open the small form below its row; without it the link leads to the form on a page of its own. */
async function openQuick(link) {
  const row = link.closest("tr");
  const url = new URL(link.href);
  url.searchParams.set("part", "1");
  let part = "";
  try {
    const answer = await fetch(url);
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    part = await answer.text();
  } catch {
    window.location.assign(link.href);
    return;
  }
  closeQuick();
  const cell = element("td", { colspan: String(row.children.length) });
  cell.innerHTML = part;
  const opened = element("tr", { class: "row--form", "data-quick-row": "" }, cell);
  row.after(opened);
  link.setAttribute("aria-expanded", "true");
  enhance(opened);
  const close = () => { closeQuick(); link.focus(); };
  opened.querySelector("[data-quick-close]")?.addEventListener("click", (event) => {
    event.preventDefault();
    close();
  });
  opened.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  opened.querySelector("select, input:not([type=hidden])")?.focus();
}

function closeQuick() {
  for (const row of $$("[data-quick-row]")) row.remove();
  for (const link of $$("a[data-quick]")) link.setAttribute("aria-expanded", "false");
}

for (const link of $$("a[data-quick]")) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-expanded") === "true") closeQuick();
    else openQuick(link);
  });
}
for (const link of $$("a[data-tick-all]")) tickAll(link);
