// The patients' phones. Everything shown comes from /simulator/api/state, asked for every second.

import { TEXTS } from "/simulator/texts.js";

const API = "/simulator/api";
const EVERY = 1000;

const NUMBERED = { error: "131056", http: "500", failed: "131026", lookup: "190" };
const SUGGESTED = {
  error: ["131056", "130429", "131000", "131016", "131026", "131047", "131049", "131048", "132001", "190", "100"],
  failed: ["131026", "131049", "131050", "130472", "131000"],
  http: ["500", "502", "503", "504", "429"],
  lookup: ["190", "10", "2", "4"],
};

const $ = (id) => document.getElementById(id);
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};
const drawing = (viewBox, ...paths) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
};

// Private windows may refuse storage; the page then forgets the language, nothing else.
const remembered = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* see above */ } };

// What was chosen at the desk holds here, too, until something else is chosen here.
function chosenAtTheDesk() {
  try { return JSON.parse(remembered("dawr.preferences")) ?? {}; } catch { return {}; }
}
function showTheme() {
  const { theme } = chosenAtTheDesk();
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
showTheme();
addEventListener("storage", showTheme);

const wanted = new URLSearchParams(location.search).get("lang") ?? remembered("simulator-language") ?? chosenAtTheDesk().language;
let language = wanted === "en" ? "en" : "ar";
let text = TEXTS[language];
let state = null;
let phone = null;
let clinic = null;
let lost = false;
let sending = false;
const drafts = new Map();
const seen = new Map();
const phoneRows = new Map();
const bubbles = new Map();

// ---- words -------------------------------------------------------------------------------------------------------

const format = (options) => new Intl.DateTimeFormat(language === "ar" ? "ar-u-nu-latn-ca-gregory" : "en-GB", options);
const clockTime = (at) => format({ hour: "numeric", minute: "2-digit" }).format(at);
const dayKey = (at) => `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
function dayName(at) {
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayKey(at) === dayKey(new Date())) return text.today;
  if (dayKey(at) === dayKey(yesterday)) return text.yesterday;
  return format({ weekday: "long", day: "numeric", month: "long" }).format(at);
}
const shortTime = (at) => dayKey(at) === dayKey(new Date()) ? clockTime(at) : format({ day: "numeric", month: "short" }).format(at);
const pretty = (number) => number.startsWith("+9665") && number.length === 13
  ? `${number.slice(0, 4)} ${number.slice(4, 6)} ${number.slice(6, 9)} ${number.slice(9)}`
  : number;

// An empty field has no direction of its own: its placeholder takes the page's.
function direct(field) {
  field.dir = field.value ? "auto" : document.documentElement.dir;
}

function applyLanguage() {
  text = TEXTS[language];
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  document.title = text.documentTitle;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text[element.dataset.text];
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", text[element.dataset.label]);
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = text[element.dataset.placeholder];
  for (const field of [$("search"), $("reply-text")]) direct(field);
  $("language").textContent = text.otherLanguage;
  $("language").lang = language === "ar" ? "en" : "ar";
  const kind = $("fault-kind").value || "error";
  $("fault-kind").replaceChildren(...Object.entries(text.kinds).map(([value, [name]]) => {
    const option = make("option", { value }, name);
    option.selected = value === kind;
    return option;
  }));
  showKind(false);
  phoneRows.clear();
  $("phones").replaceChildren();
  clearBubbles();
  if (state) render();
}

// ---- asking for the state ------------------------------------------------------------------------------------------

let timer = 0;
let asked = 0;
async function refresh(whole = false) {
  clearTimeout(timer);
  const turn = ++asked;
  const query = new URLSearchParams();
  if (phone) query.set("phone", phone);
  if ($("search").value.trim()) query.set("search", $("search").value.trim());
  if (state && !whole) query.set("after", state.revision);
  try {
    const response = await fetch(`${API}/state?${query}`, { cache: "no-store" });
    if (turn !== asked) return;
    if (response.status === 200) {
      const next = await response.json();
      if (turn !== asked) return;
      announce(next);
      // What was there when the page opened is not news.
      if (!state) for (const row of next.phones) seen.set(row.phone, row.last);
      state = next;
      lost = false;
      render();
    } else if (response.status === 204) {
      if (lost) { lost = false; renderBar(); }
    } else {
      throw new Error(`HTTP ${response.status}`);
    }
  } catch {
    if (turn !== asked) return;
    lost = true;
    renderBar();
  }
  timer = setTimeout(refresh, document.hidden ? 5 * EVERY : EVERY);
}

function announce(next) {
  const fresh = state && next.phones.find((row) => !row.fromPatient && row.last > Math.max(0, ...state.phones.map((old) => old.last)));
  if (fresh) $("announcer").textContent = text.arrived(fresh.phone);
}

async function post(path, body) {
  const response = await fetch(`${API}/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (response.ok) return null;
  const answer = await response.json().catch(() => null);
  return answer?.errors?.map((error) => text.problems[`${path}.${error.field}`] ?? error.message).join(" ") || `HTTP ${response.status}`;
}

// ---- the list of phones ----------------------------------------------------------------------------------------------

function render() {
  renderBar();
  renderPhones();
  renderChat();
  renderFaults();
}

function renderBar() {
  const status = $("status");
  status.classList.toggle("lost", lost);
  const words = lost ? text.lost : state?.owed ? text.owed(state.owed) : "";
  if (status.textContent !== words) status.textContent = words;
}

function personIcon() {
  return make("span", { class: "avatar", "aria-hidden": "true" },
    drawing("0 0 24 24", "M12 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zm0 2c-5 0-9 2.5-9 6v2h18v-2c0-3.5-4-6-9-6z"));
}

function phoneRow(number) {
  const button = make("button", { type: "button", class: "phone" }, personIcon(),
    make("bdi", { class: "number", dir: "ltr" }, pretty(number)), make("time"), make("span", { class: "preview", dir: "auto" }), make("span", { class: "fresh" }));
  button.addEventListener("click", () => choose(number));
  return make("li", {}, button);
}

function renderPhones() {
  const list = $("phones");
  const rows = [...state.phones];
  const candidate = state.candidate;
  const offer = candidate && !rows.some((row) => row.phone === candidate) ? [{ phone: candidate, offered: true }] : [];
  const wantedRows = [...offer, ...rows];
  const keys = new Set(wantedRows.map((row) => row.phone));
  for (const [number, element] of phoneRows) {
    if (!keys.has(number)) { element.remove(); phoneRows.delete(number); }
  }
  wantedRows.forEach((row, index) => {
    let item = phoneRows.get(row.phone);
    if (!item) { item = phoneRow(row.phone); phoneRows.set(row.phone, item); }
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    const button = item.firstChild;
    const [, , time, preview] = button.children;
    const at = row.at ? new Date(row.at) : null;
    time.textContent = at ? shortTime(at) : "";
    if (at) time.dateTime = row.at; else time.removeAttribute("datetime");
    preview.textContent = row.offered ? text.start : (row.fromPatient ? text.you : "") + row.preview;
    preview.className = row.offered ? "start" : "preview";
    if (row.phone === phone && !document.hidden) seen.set(row.phone, row.last);
    if (!seen.has(row.phone)) seen.set(row.phone, 0);
    button.classList.toggle("unseen", !row.offered && !row.fromPatient && row.last > seen.get(row.phone));
    if (row.phone === phone) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
  });
  const searching = $("search").value.trim() !== "";
  const note = wantedRows.length === 0 ? (searching ? text.noMatch : text.noPhones)
    : !searching && state.phoneCount > rows.length ? text.more(rows.length, state.phoneCount) : "";
  $("phones-note").textContent = note;
  $("phones-note").hidden = note === "";
}

function choose(number) {
  if (phone) drafts.set(phone, $("reply-text").value);
  if (phone !== number) {
    phone = number;
    clinic = null;
    clearBubbles();
    $("reply-text").value = drafts.get(number) ?? "";
    direct($("reply-text"));
    $("reply-error").hidden = true;
  }
  const hash = number ? `#${number}` : "";
  if (location.hash !== hash) history.replaceState(null, "", hash || location.pathname + location.search);
  document.body.dataset.view = number ? "chat" : "list";
  $("welcome").hidden = Boolean(number);
  $("conversation").hidden = !number;
  if (number) {
    $("chat-phone").textContent = pretty(number);
    // On a touch screen the keyboard would cover the chat.
    if (matchMedia("(hover: hover)").matches) $("reply-text").focus();
  }
  refresh(true);
}

// ---- the chat ----------------------------------------------------------------------------------------------------------

function clearBubbles() {
  bubbles.clear();
  $("bubbles").replaceChildren();
}

const ONE_TICK = "M3 7.5 6.5 11 14 2.5";
const TWO_TICKS = ["M1 7.5 4.5 11 12 2.5", "M7.5 9.7 8.8 11 16.5 2.5"];
const CLOCK = ["M9 1.5a5 5 0 1 0 .01 0M9 4v2.7l1.8 1.1"];
function tick(told, side) {
  const paths = told === "none" ? CLOCK : told === "sent" ? [ONE_TICK] : TWO_TICKS;
  const words = text.told[side][told];
  const span = make("span", { class: `tick ${told}`, role: "img", "aria-label": words, title: words }, drawing("0 0 18 13", ...paths));
  span.dataset.told = told;
  return span;
}

// WhatsApp's *bold*, _italic_ and ~struck~, and numbers that stay left to right inside Arabic.
const MARKS = { "*": "strong", "_": "em", "~": "s" };
const PIECES = /(?<![\p{L}\p{N}])([*_~])(?=\S)([^*_~\n]*\S)\1(?![\p{L}\p{N}])|\+?\d[\d ()-]{5,}\d/gu;
function styled(words) {
  const parts = [];
  let done = 0;
  for (const match of words.matchAll(PIECES)) {
    parts.push(words.slice(done, match.index));
    parts.push(match[1] ? make(MARKS[match[1]], {}, match[2]) : make("bdi", { dir: "ltr" }, match[0]));
    done = match.index + match[0].length;
  }
  return [...parts, words.slice(done)];
}

function bubble(message, named) {
  const side = message.fromPatient ? "patient" : "clinic";
  const at = new Date(message.at);
  const item = make("li", { class: `bubble ${side}` });
  if (named && !message.fromPatient) item.append(make("p", { class: "from", dir: "auto" }, clinicName(message.phoneNumberId)));
  item.append(make("p", { class: "text", dir: "auto" }, ...styled(message.text)));
  item.append(make("p", { class: "meta" }, make("time", { datetime: message.at }, clockTime(at)), tick(message.told, side)));
  if (message.options.length) {
    const options = message.options.map((option) => {
      const button = make("button", { type: "button", dir: "auto" }, option.title);
      // What opens a page, a form or a catalogue leads nowhere here.
      if (option.kind === "link") button.disabled = true;
      button.addEventListener("click", () => send({ press: option.id, replyTo: message.wamid }, message.phoneNumberId));
      return button;
    });
    item.append(make("div", { class: "options" }, ...options));
  }
  return item;
}

const clinicName = (id) => state.numbers.find((number) => number.phoneNumberId === id)?.name ?? id;

function renderClinics() {
  const box = $("clinics");
  const ids = [...new Set(state.chat.map((message) => message.phoneNumberId))];
  const names = ids.map(clinicName).join(language === "ar" ? "، " : ", ");
  $("chat-note").textContent = state.numbers.length === 0 ? text.noNumber : ids.length ? text.talksTo(names) : text.noChat;
  if (ids.length < 2 || (clinic && !ids.includes(clinic))) clinic = null;
  box.hidden = ids.length < 2;
  const choices = [[null, text.all], ...ids.map((id) => [id, clinicName(id)])];
  const key = JSON.stringify([choices, language]);
  if (box.dataset.key !== key) {
    box.dataset.key = key;
    box.replaceChildren(...choices.map(([id, name]) => {
      const button = make("button", { type: "button" }, name);
      button.addEventListener("click", () => { clinic = id; clearBubbles(); renderChat(); });
      return button;
    }));
  }
  [...box.children].forEach((button, index) => button.setAttribute("aria-pressed", String(choices[index][0] === clinic)));
  return ids.length > 1;
}

function renderChat() {
  if (!phone) return;
  const several = renderClinics();
  const box = $("bubbles");
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  const begun = bubbles.size > 0;
  const shown = clinic ? state.chat.filter((message) => message.phoneNumberId === clinic) : state.chat;
  const named = several && !clinic;
  if (box.dataset.named !== String(named)) { clearBubbles(); box.dataset.named = String(named); }
  const keep = new Set();
  let previous = null;
  let day = "";
  const place = (element) => {
    const next = previous ? previous.nextSibling : box.firstChild;
    if (next !== element) box.insertBefore(element, next);
    previous = element;
  };
  for (const message of shown) {
    const at = new Date(message.at);
    if (dayKey(at) !== day) {
      day = dayKey(at);
      const key = `day ${day}`;
      if (!bubbles.has(key)) bubbles.set(key, make("li", { class: "day" }, dayName(at)));
      keep.add(key);
      place(bubbles.get(key));
    }
    let item = bubbles.get(message.wamid);
    if (!item) {
      item = bubble(message, named);
      if (begun) item.classList.add("new");
      bubbles.set(message.wamid, item);
    } else {
      const old = item.querySelector(".tick");
      if (old.dataset.told !== message.told) old.replaceWith(tick(message.told, message.fromPatient ? "patient" : "clinic"));
    }
    keep.add(message.wamid);
    place(item);
  }
  for (const [key, element] of bubbles) {
    if (!keep.has(key)) { element.remove(); bubbles.delete(key); }
  }
  if (atEnd || !begun) box.scrollTop = box.scrollHeight;
}

// What the patient does: writes a text, or presses what is under a message.
async function send(deed, to) {
  if (sending || !phone) return false;
  sending = true;
  let problem;
  try {
    const body = { from: phone, ...deed };
    if (to) body.to = to;
    problem = await post("replies", body);
  } catch {
    problem = text.failed;
  }
  sending = false;
  $("reply-error").textContent = problem ?? "";
  $("reply-error").hidden = !problem;
  $("bubbles").scrollTop = $("bubbles").scrollHeight;
  refresh(true);
  return !problem;
}

async function sendReply() {
  const box = $("reply-text");
  const from = phone;
  const words = box.value;
  if (words.trim() !== "" && await send({ text: words }, clinic)) {
    drafts.delete(from);
    if (phone === from && box.value === words) { box.value = ""; direct(box); }
  }
}

// ---- faults --------------------------------------------------------------------------------------------------------------

function showKind(reset = true) {
  const kind = $("fault-kind").value;
  const numbered = kind in NUMBERED;
  $("fault-help").textContent = text.kinds[kind][1];
  $("fault-code-field").hidden = !numbered;
  $("fault-code-label").textContent = kind === "http" ? text.httpStatus : text.errorCode;
  if (numbered && (reset || !$("fault-code").value)) $("fault-code").value = NUMBERED[kind];
  $("fault-codes").replaceChildren(...(SUGGESTED[kind] ?? []).map((value) => make("option", { value })));
}

function renderFaults() {
  const faults = state.faults;
  $("fault-count").textContent = faults.length;
  $("fault-count").hidden = faults.length === 0;
  $("no-faults").hidden = faults.length > 0;
  $("clear-faults").hidden = faults.length === 0;
  $("fault-list").replaceChildren(...faults.map((fault) => {
    const [kind, code] = fault.kind.split(":");
    const what = make("span", { class: "what" }, text.kinds[kind][0]);
    if (code) what.append(" ", make("bdi", { dir: "ltr" }, code));
    const whom = make("span", { class: "whom" }, make("bdi", { dir: "auto" }, fault.to ? pretty(fault.to) : text.everyPhone), " · ", text.faultLeft(fault.remaining));
    return make("li", {}, what, whom);
  }));
}

async function addFault() {
  const kind = $("fault-kind").value;
  const body = { kind: kind in NUMBERED ? `${kind}:${$("fault-code").value.trim()}` : kind, times: Number($("fault-times").value) };
  if ($("fault-phone").value.trim()) body.to = $("fault-phone").value.trim();
  let problem;
  try { problem = await post("faults", body); } catch { problem = text.lost; }
  $("fault-error").textContent = problem ?? "";
  $("fault-error").hidden = !problem;
  refresh(true);
}

// ---- what a person does ----------------------------------------------------------------------------------------------------

$("language").addEventListener("click", () => {
  language = language === "ar" ? "en" : "ar";
  remember("simulator-language", language);
  applyLanguage();
});
$("search").addEventListener("input", () => { direct($("search")); refresh(true); });
$("reply-text").addEventListener("input", () => direct($("reply-text")));
$("back").addEventListener("click", () => choose(null));
$("reply").addEventListener("submit", (event) => { event.preventDefault(); sendReply(); });
$("reply-text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); sendReply(); }
});
$("open-faults").addEventListener("click", () => $("faults").showModal());
$("close-faults").addEventListener("click", () => $("faults").close());
$("faults").addEventListener("click", (event) => { if (event.target === $("faults")) $("faults").close(); });
$("fault-kind").addEventListener("change", () => showKind());
$("fault-form").addEventListener("submit", (event) => { event.preventDefault(); addFault(); });
$("clear-faults").addEventListener("click", async () => {
  await fetch(`${API}/faults`, { method: "DELETE" }).catch(() => null);
  $("fault-kind").focus();
  refresh(true);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(true); });
addEventListener("hashchange", () => fromAddress());

function fromAddress() {
  const digits = decodeURIComponent(location.hash.slice(1));
  // A phone, or the user id of somebody without one.
  choose(/^(\+\d{7,15}|[A-Z]{2}\.[0-9A-Za-z.]{1,132})$/.test(digits) ? digits : null);
}

// The desk's own font, where the desk is served: its index and its style name the files. Without them the device's fonts do.
const ARABIC = "U+0600-06FF, U+0750-077F, U+0870-088E, U+0890-0891, U+0897-08E1, U+08E3-08FF, U+200C-200E, U+2010-2011, U+204F, U+2E41, U+FB50-FDFF, U+FE70-FE74, U+FE76-FEFC";
async function borrowFont() {
  const read = (path) => fetch(path).then((response) => response.ok ? response.text() : "");
  const add = (file, range) => file && document.fonts.add(
    new FontFace("Vazirmatn", `url(${file})`, { weight: "100 900", display: "swap", ...(range && { unicodeRange: range }) }));
  const index = await read("/");
  const style = /href="(\/assets\/[^"]*\.css)"/.exec(index)?.[1];
  // Alone, for a deployed stack, it has no desk beside it.
  $("home").hidden = !style;
  if (!style) return;
  add(/\/assets\/vazirmatn-latin-[^")]*\.woff2/.exec(await read(style))?.[0]);
  add(/\/assets\/vazirmatn-arabic-[^"]*\.woff2/.exec(index)?.[0], ARABIC);
}

applyLanguage();
fromAddress();
borrowFont().catch(() => undefined);
