// The desk's own enhancements: keys, lists, quoting what is selected, locking when idle.
// Everything here has a button or a link that works without it.  Keeps nothing, asks nobody else.

// htmx notes each address in the browser's storage, which reaches the disk.  This file runs before it: writing there fails.
Storage.prototype.setItem = () => {
  throw new Error("this desk keeps nothing in the browser");
};

const page = document.documentElement;
const idleSeconds = () => Number(document.body.dataset.idle || 0);
const typing = (target) => target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
const byKeys = (keys) => document.querySelector(`[data-keys="${CSS.escape(keys)}"]`);

// --- keys ---------------------------------------------------------------------------------------

let prefix = "";
let prefixSince = 0;

function follow(element) {
  if (!element) return false;
  if (typing(element)) element.focus();
  if (!typing(element) || element.type === "radio") element.click();
  return true;
}

function step(by) {
  const items = [...document.querySelectorAll("[data-list] .item, [data-list] [data-row]")];
  if (!items.length) return false;
  const at = items.indexOf(document.activeElement);
  const current = items.findIndex((one) => one.hasAttribute("aria-current"));
  const from = at >= 0 ? at : by > 0 ? current : current < 0 ? items.length : current;
  const next = items[Math.max(0, Math.min(items.length - 1, from + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

// Three times Escape within a second ends everything: fast, found blind, on every layout.  A key that
// is held down counts once.  The form goes to the parent process, which does not wait for the desk.
const escapes = [];

function onPanicKey(event) {
  if (event.key !== "Escape" && event.code !== "Escape") return;
  if (event.repeat) return;
  escapes.push(event.timeStamp);
  if (escapes.length < 3 || event.timeStamp - escapes.at(-3) > 1000) return;
  const form = document.querySelector("form[data-panic]");
  if (!form) return;
  form.submit();
  onPanic();
}

// A browser that is not the desk's own stays: nothing is left to read until the blank page comes.
function onPanic() {
  page.hidden = true;
  document.title = "-";
}

function onKey(event) {
  if (event.ctrlKey && event.shiftKey && event.code === "KeyL") {
    event.preventDefault();
    byKeys("Ctrl+Shift+L")?.click();
    return;
  }
  const field = typing(event.target);
  const submits = event.target.closest?.("[data-submit]") && event.target.matches("input, select, textarea");
  if (submits && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.target.form.requestSubmit();
  } else if (field && event.key === "Escape") {
    field.blur();
  }
  if (field) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.code.startsWith("Key") && !event.shiftKey ? event.code.slice(3).toLowerCase() : event.key;
  const fresh = event.timeStamp - prefixSince < 1500 ? prefix : "";
  prefix = "";
  let done = false;
  if (fresh) done = follow(byKeys(`${fresh} ${key}`));
  else if (key === "g") [prefix, prefixSince, done] = ["g", event.timeStamp, true];
  else if (key === "j" || key === "ArrowDown") done = step(1);
  else if (key === "k" || key === "ArrowUp") done = step(-1);
  else done = follow(byKeys(key));
  if (done) event.preventDefault();
}

// --- quoting --------------------------------------------------------------------------------------

let selected = { words: "", form: null };

function onSelection() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return;
  const holder = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-words]");
  const place = holder(selection.anchorNode);
  if (!place || place !== holder(selection.focusNode)) return;
  selected = { words: selection.toString().trim(), form: place.closest(".message, .quotable").querySelector("form.quoting") };
}

// The browser tells of a selection later, in a task of its own, and tells nothing of one older than
// this script: so it is read again at the moment it is used.
function onSubmit(event) {
  onSelection();
  const field = event.target.querySelector?.("[data-selection]");
  if (field && selected.form === event.target) field.value = selected.words;
}

// Words selected in the text of a source go into the form beside it, with their paragraph in front.
function onQuoteKey(event) {
  const form = document.querySelector("form[data-quoting]");
  if (!form || event.code !== "KeyQ" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const selection = document.getSelection();
  const place = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest("[data-paragraph]");
  const first = selection?.rangeCount ? place(selection.getRangeAt(0).startContainer) : null;
  if (!first || selection.isCollapsed) return;
  event.preventDefault();
  const field = form.elements.words;
  field.value = `${first.dataset.paragraph}: ${selection.toString().replace(/\s+/gu, " ").trim()}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.property.focus();
}

// The key means the message in which words are selected, not the first one on the page.
function onClick(event) {
  const button = event.target.closest?.('[data-keys="q"]');
  if (!button) return;
  onSelection();
  if (event.detail !== 0 || !selected.form || selected.form.contains(button)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  selected.form.requestSubmit();
}

// --- forms ----------------------------------------------------------------------------------------

// A second press sends nothing: one reply, not two.  The desk looks as well.
function onlyOnce(event) {
  const form = event.target;
  if (!form.querySelector?.('input[name="once"]') || event.submitter?.hasAttribute("formaction")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}

// A file leaves with its record and never without: one box follows the other.
function together(event) {
  const box = event.target;
  if (box.dataset?.with && box.checked) document.getElementById(box.dataset.with).checked = true;
  if (box.name !== "items" || box.checked) return;
  const file = document.querySelector(`[data-with="${CSS.escape(box.id)}"]`);
  if (file) file.checked = false;
}

function countTicked() {
  const output = document.querySelector("[data-ticked]");
  if (output) output.value = output.closest("form").querySelectorAll('input[name="items"]:checked').length;
}

// Ticks what is seen of a group; what the filter hides stays as it is.
function onTick(event) {
  const button = event.target.closest?.("[data-tick]");
  if (!button) return;
  event.preventDefault();
  for (const box of button.closest("[data-group]").querySelectorAll("tr:not([hidden]) input[type=checkbox]")) {
    box.checked = button.dataset.tick === "all";
  }
  countTicked();
}

function onFilter(event) {
  if (!event.target.matches?.("[data-filter]")) return;
  const asked = event.target.value.trim().toLocaleLowerCase();
  for (const group of document.querySelectorAll("[data-group]")) {
    const rows = [...group.querySelectorAll("tr")];
    for (const row of rows) row.hidden = !row.textContent.toLocaleLowerCase().includes(asked);
    group.hidden = rows.every((row) => row.hidden);
  }
}

// --- idleness -------------------------------------------------------------------------------------

let touched = Date.now();
let told = Date.now();

function onTouch() {
  touched = Date.now();
  if (touched - told < 30000) return;
  told = touched;
  const csrf = document.querySelector('input[name="csrf"]')?.value;
  if (csrf) {
    fetch("/awake", {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ csrf }).toString(),
    }).catch(() => location.reload());
  }
}

function lockWhenIdle() {
  if (idleSeconds() && Date.now() - touched >= (idleSeconds() - 3) * 1000) {
    touched = Date.now();
    byKeys("Ctrl+Shift+L")?.click();
  }
}

// --- small helps ----------------------------------------------------------------------------------

// A field that belongs to a choice is shown when the choice asks for it: [data-when="name=value|value"].
function showWhen() {
  for (const one of document.querySelectorAll("[data-when]")) {
    const [name, values] = one.dataset.when.split("=");
    const named = `[name="${CSS.escape(name)}"]`;
    const chosen = document.querySelector(`select${named}, ${named}:checked`);
    const key = chosen?.selectedOptions?.[0]?.dataset.takes ?? chosen?.value ?? "";
    one.hidden = !values.split("|").includes(key);
  }
  for (const one of document.querySelectorAll("[data-beside]")) {
    one.hidden = one.parentElement.querySelector("select").value !== one.dataset.beside;
  }
}

function arrive() {
  showWhen();
  const scroll = document.querySelector("[data-newest]");
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
  page.classList.add("scripted");
}

// A page kept for "back" is asked for anew: a locked desk then says that it is locked.
addEventListener("pageshow", (event) => event.persisted && location.reload());

addEventListener("keydown", onPanicKey, true);
document.addEventListener("submit", (event) => event.target.matches("[data-panic]") && onPanic());
document.addEventListener("keydown", onQuoteKey);
document.addEventListener("keydown", onKey);
document.addEventListener("selectionchange", onSelection);
document.addEventListener("submit", onSubmit, true);
document.addEventListener("click", onClick, true);
document.addEventListener("submit", onlyOnce);
document.addEventListener("click", onTick);
document.addEventListener("input", onFilter);
document.addEventListener("change", showWhen);
document.addEventListener("change", together);
document.addEventListener("change", countTicked);
document.addEventListener("htmx:afterSettle", arrive);
for (const kind of ["keydown", "pointerdown", "wheel"]) document.addEventListener(kind, onTouch, { passive: true });
setInterval(lockWhenIdle, 1000);
arrive();
