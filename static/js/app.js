// Small comforts over pages that work without them: menus that close, repeated form rows, selects that submit
// themselves, organisations as tokens with suggestions, a warning before unsaved words are lost.
"use strict";

const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/** A translated text from <body data-text-…>, with its %s filled in. */
function text(key, value = "") {
  return (document.body.dataset["text" + key] || "%s").replace("%s", value);
}

/** An element with attributes, properties written as given, and children. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// ---------------------------------------------------------------- menus

function closeMenus(except = null) {
  for (const menu of $$("details[data-menu][open]")) if (menu !== except) menu.open = false;
}

function watchMenus() {
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// ---------------------------------------------------------------- the search over everything

/** “/” leads to the search from anywhere, but from where one types. */
function watchSearchKey() {
  const field = document.querySelector("[data-search]");
  if (!field) return;
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (field.offsetParent === null) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

// ---------------------------------------------------------------- repeated rows

function removeRow(row, formset) {
  const tick = row.querySelector('input[name$="-DELETE"]');
  if (tick) {
    tick.checked = true;
    tick.dispatchEvent(new Event("change", { bubbles: true }));
  }
  row.hidden = true;
  // A hidden field that is still required would block the form without saying where.
  for (const control of $$("[required]", row)) control.required = false;
  const add = formset.querySelector("[data-add-row]");
  if (add) add.focus();
}

function addRemoveButton(row, formset) {
  const button = row.querySelector("[data-remove-row]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => removeRow(row, formset));
}

function addRow(formset, template, total) {
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
  const row = holder.content.firstElementChild;
  total.value = Number(total.value) + 1;
  template.before(row);
  enhance(row);
  addRemoveButton(row, formset);
  const first = row.querySelector("input:not([type=hidden]), select, textarea");
  if (first) first.focus();
}

function enhanceFormset(formset) {
  const template = formset.querySelector("template[data-empty-form]");
  const total = formset.querySelector(`input[name="${formset.dataset.prefix}-TOTAL_FORMS"]`);
  for (const row of $$("[data-row]", formset)) addRemoveButton(row, formset);
  const add = formset.querySelector("[data-add-row]");
  if (!template || !total || !add) return;
  add.hidden = false;
  add.addEventListener("click", () => addRow(formset, template, total));
}

// ---------------------------------------------------------------- selects that submit

function enhanceAutosubmit(select) {
  for (const button of $$("button[data-nojs]", select.form)) button.hidden = true;
  select.addEventListener("change", () => select.form.requestSubmit());
}

// ---------------------------------------------------------------- scrolling boxes

/** A box that scrolls sideways can be reached by keyboard; one that does not is no stop on the way. */
function enhanceScroll(box) {
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);
}

// ---------------------------------------------------------------- unsaved changes

function enhanceGuard(form) {
  let changed = form.hasAttribute("data-changed");
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("change", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// ---------------------------------------------------------------- tokens with suggestions

const SUGGEST_AFTER_MS = 150;
let tokenInputs = 0;

/** Names as tokens over a text area that holds one name per line; the text area stays the form's field. */
class TokenInput {
  constructor(area) {
    this.area = area;
    this.id = `tokens-${++tokenInputs}`;
    this.options = [];
    this.active = -1;
    this.build();
    this.render();
    this.listen();
  }

  get names() {
    return this.area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  }

  set names(names) {
    this.area.value = names.join("\n");
    this.area.dispatchEvent(new Event("change", { bubbles: true }));
  }

  has(name) {
    return this.names.some((other) => other.toLocaleLowerCase() === name.toLocaleLowerCase());
  }

  build() {
    this.input = element("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${this.id}-list`,
    });
    // The input takes over the id, so that the label and the links of the error summary lead to it.
    this.input.id = this.area.id || this.id;
    this.area.id = `${this.input.id}-source`;
    const described = this.area.getAttribute("aria-describedby");
    if (described) this.input.setAttribute("aria-describedby", described);
    if (this.area.getAttribute("aria-invalid")) this.input.setAttribute("aria-invalid", "true");
    this.tokens = element("ul", { class: "tokens", role: "list" });
    this.list = element("ul", { class: "token-options", id: `${this.id}-list`, role: "listbox", "aria-label": text("Suggestions") });
    this.list.hidden = true;
    this.status = element("div", { class: "visually-hidden", role: "status" });
    this.area.classList.add("token-source");
    // A required text area that is not displayed would block the form silently; the server still checks it.
    this.area.required = false;
    this.area.after(element("div", { class: "token-input" }, this.tokens, this.input, this.list, this.status));
  }

  listen() {
    this.input.addEventListener("input", () => this.suggestSoon());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => { if (!this.input.value.trim()) this.showRecent(); });
    this.input.addEventListener("blur", () => this.leave());
    this.input.addEventListener("paste", (event) => this.paste(event));
    this.input.parentElement.addEventListener("click", (event) => {
      if (event.target === event.currentTarget) this.input.focus();
    });
    // Keep the focus in the box while an option is pressed with the mouse.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index));
    });
  }

  render() {
    this.tokens.replaceChildren(...this.names.map((name) => this.token(name)));
    this.input.placeholder = this.names.length ? "" : text("Type");
  }

  token(name) {
    const button = element("button", { type: "button", "aria-label": text("Remove", name) }, "×");
    button.addEventListener("click", () => { this.remove(name); this.input.focus(); });
    return element("li", { class: "token" }, element("span", {}, name), button);
  }

  add(name) {
    const clean = name.replace(/\s+/g, " ").trim();
    if (clean && !this.has(clean)) {
      this.names = [...this.names, clean];
      this.render();
      this.status.textContent = text("Added", clean);
    }
    this.input.value = "";
    this.close();
  }

  remove(name) {
    this.names = this.names.filter((other) => other !== name);
    this.render();
    this.status.textContent = text("Removed", name);
  }

  suggestSoon() {
    clearTimeout(this.timer);
    // What was used last no longer answers what is being typed.
    if (this.isRecent) this.close();
    this.waiting = true;
    this.timer = setTimeout(() => this.suggest(), SUGGEST_AFTER_MS);
  }

  async suggest() {
    const query = this.input.value.trim();
    clearTimeout(this.timer);
    if (this.request) this.request.abort();
    if (!query) return this.showRecent();
    this.request = new AbortController();
    let results = [];
    try {
      const url = new URL(this.area.dataset.suggest, document.baseURI);
      url.searchParams.set("q", query);
      const answer = await fetch(url, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok) results = (await answer.json()).results;
    } catch (error) {
      if (error.name === "AbortError") return;
      // Without an answer the name can still be added as it is typed.
    }
    this.show(query, results);
  }

  show(query, results) {
    this.waiting = false;
    const known = results.filter((result) => !this.has(result.name));
    const same = results.some((result) => result.name.toLocaleLowerCase() === query.toLocaleLowerCase());
    const options = known.map((result) => ({ name: result.name, detail: result.detail || "" }));
    if (!same && !this.has(query)) options.push({ name: query, isNew: true });
    this.offer(options);
    this.activate(this.options.length ? 0 : -1);
  }

  /** Before anything is typed: the names that were used last, none of them chosen yet. */
  showRecent() {
    const names = JSON.parse(this.area.dataset.recent || "[]").filter((name) => !this.has(name));
    this.close();
    if (!names.length || this.input.value.trim()) return;
    this.offer(names.map((name) => ({ name, detail: "" })));
    this.isRecent = true;
  }

  offer(options) {
    this.options = options;
    this.isRecent = false;
    this.list.replaceChildren(...options.map((option, index) => this.option(option, index)));
    this.list.hidden = options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.status.textContent = text("Results", options.filter((option) => !option.isNew).length);
  }

  option(option, index) {
    const item = element("li", { role: "option", id: `${this.id}-${index}`, "data-index": index, "aria-selected": "false" });
    if (option.isNew) item.classList.add("token-new");
    item.append(option.isNew ? text("Add", option.name) : option.name);
    if (option.detail) item.append(" ", element("small", {}, option.detail));
    return item;
  }

  activate(index) {
    this.active = index;
    for (const [at, item] of Array.from(this.list.children).entries()) {
      item.setAttribute("aria-selected", String(at === index));
      if (at === index) item.scrollIntoView({ block: "nearest" });
    }
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.id}-${index}`);
  }

  choose(index) {
    if (this.options[index]) this.add(this.options[index].name);
  }

  close() {
    clearTimeout(this.timer);
    if (this.request) this.request.abort();
    this.waiting = false;
    this.options = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
  }

  key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !this.options.length && !this.input.value.trim()) this.showRecent();
    if (step && this.options.length) {
      event.preventDefault();
      const before = this.active < 0 && step < 0 ? 0 : this.active;
      this.activate((before + step + this.options.length) % this.options.length);
    } else if (event.key === "Enter" && this.active >= 0 && !this.input.value.trim()) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Enter" && this.input.value.trim()) {
      // Never the whole form while a name is being typed.
      event.preventDefault();
      // The options shown are those of an earlier word: fetch the right ones instead of choosing a wrong one.
      if (this.waiting) this.suggest();
      else if (this.active >= 0) this.choose(this.active);
      else this.add(this.input.value);
    } else if (event.key === "Escape" && this.options.length) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Backspace" && !this.input.value && this.names.length) {
      this.remove(this.names[this.names.length - 1]);
    }
  }

  /** A pasted list of names becomes as many tokens. */
  paste(event) {
    const lines = event.clipboardData.getData("text").split(/\r?\n/).filter((line) => line.trim());
    if (lines.length < 2) return;
    event.preventDefault();
    for (const line of lines) this.add(line);
  }

  /** What was typed but not yet added is kept, never dropped. */
  leave() {
    if (this.input.value.trim()) this.add(this.input.value);
    this.close();
  }
}

// ---------------------------------------------------------------- long work

const SECONDS_BETWEEN_LOOKS = 2;

/** Ask how far the work is until it is done; then show what became of it. */
function watchProgress(panel) {
  const bar = panel.querySelector("progress");
  const words = panel.querySelector("[data-percent]");
  async function look() {
    try {
      const answer = await fetch(panel.dataset.progress, { headers: { Accept: "application/json" } });
      const { working, alive, percent } = await answer.json();
      if (!working || !alive) {
        window.location.reload();
        return;
      }
      if (percent !== null) {
        bar.value = percent;
        words.textContent = `${percent} %`;
      }
    } catch {
      // The server is away for a moment: it is asked again.
    }
    window.setTimeout(look, SECONDS_BETWEEN_LOOKS * 1000);
  }
  window.setTimeout(look, SECONDS_BETWEEN_LOOKS * 1000);
}

// ---------------------------------------------------------------- start

function enhance(root) {
  for (const area of $$("textarea[data-suggest]", root)) new TokenInput(area);
  for (const select of $$("select[data-autosubmit]", root)) enhanceAutosubmit(select);
  for (const formset of $$("[data-formset]", root)) enhanceFormset(formset);
}

document.documentElement.classList.add("js");
watchMenus();
watchSearchKey();
enhance(document);
for (const box of $$(".table-wrap, .chart-scroll")) enhanceScroll(box);
for (const form of $$("form[data-guard]")) enhanceGuard(form);
for (const panel of $$("[data-progress]")) watchProgress(panel);
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();
