// Correcting in place: a line, or the words of it that are selected, becomes a field.
import { lineMeant, onLetter, secondOf } from "./lines.js";
import { LineEditor } from "./line_editor.js";
import { othersAt, untilFound } from "./found.js";

const template = document.getElementById("line-editor");
const texts = template.dataset;
const lines = document.querySelector(".transcript .lines");
const note = document.querySelector(".saved-note");
const toggle = document.querySelector(".edit-switch");

// What the site said of all lines; kept until something is saved here. What others change meanwhile
// is merged by the site, or told.
let known = null;
let open = null;
let isOpening = false;

async function ask() {
  known ??= await fetch(texts.lines).then((answer) => (answer.ok ? answer.json() : null), () => null);
}

async function edit(line) {
  if (open) return open.focus();
  if (!line || isOpening) return;
  isOpening = true;
  await ask();
  isOpening = false;
  const number = known?.seconds.indexOf(secondOf(line)) ?? -1;
  // Somebody changed where lines begin: the page of the line knows how it is now.
  if (number < 0) return location.assign(`${texts.page}?t=${secondOf(line)}`);
  open = new LineEditor(template, line, known, number, closed);
}

async function closed(line, answer) {
  open = null;
  if (answer) await saved(line, answer);
  (line.isConnected ? line : lines).querySelector("a")?.focus();
}

async function saved(line, answer) {
  known = null;
  if (answer.changed || answer.isTheirs) await renew(line);
  note.replaceChildren();
  // Where the eye is, and in place before it says anything, so that it is read out.
  if (line.isConnected) line.after(note);
  await new Promise(requestAnimationFrame);
  const first = document.createElement("div");
  first.textContent = answer.isChecked ? texts.checked : answer.changed ? texts.saved : texts.unchanged;
  note.append(first);
  if (answer.others) offerOthers(answer.others);
  if (answer.changed) {
    const searched = document.createElement("span");
    first.append(" ", searched);
    untilFound(texts.found, (said) => {
      if (searched.textContent !== texts[said]) searched.textContent = texts[said];
    });
  }
}

// The same mistake elsewhere: how often, and the page on which it is corrected.
async function offerOthers(address) {
  const found = await othersAt(address);
  if (found) note.append(...found.childNodes);
}

// Takes the line's place anew from the page: a correction may part it, or take it away.
async function renew(line) {
  const all = [...lines.querySelectorAll(":scope > p")];
  const at = all.indexOf(line);
  const after = Number(all[at - 1] ? secondOf(all[at - 1]) : -1);
  const before = Number(all[at + 1] ? secondOf(all[at + 1]) : Infinity);
  const answer = await fetch(`${location.pathname}?t=${secondOf(line)}`);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = [...page.querySelectorAll(".transcript .lines > p")].filter((one) => {
    const second = Number(secondOf(one));
    return second > after && second < before;
  });
  const [first, ...rest] = fresh;
  if (!first) return line.remove();
  // The line itself stays, because the player's script knows it.
  for (const mark of first.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
  line.className = `${first.className} renewed`;
  line.replaceChildren(...first.childNodes);
  for (const one of rest) one.classList.add("renewed");
  line.after(...rest);
  if (isOn()) offerButtons();
  line.closest(".transcript").dispatchEvent(new CustomEvent("transcript-changed"));
}

const isOn = () => toggle.getAttribute("aria-pressed") === "true";

// While editing is on, each line has a button that says whether it is checked, and a click on its
// words opens it.
async function offerButtons() {
  for (const line of lines.querySelectorAll(":scope > p")) {
    if (line.querySelector(".edit-line")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "edit-line";
    button.textContent = texts.edit;
    line.append(button);
  }
  await ask();
  for (const button of lines.querySelectorAll(".edit-line")) name(button);
}

function name(button) {
  const line = button.closest("p");
  const time = line.querySelector("a").textContent;
  const number = known?.seconds.indexOf(secondOf(line)) ?? -1;
  const first = known?.lines[number];
  const end = known?.lines[number + 1] ?? known?.words.length;
  const isChecked = known?.checked.some(([from, to]) => from <= first && end <= to) ?? false;
  button.classList.toggle("is-checked", isChecked);
  const label = texts.editLine.replace("{time}", time);
  button.setAttribute("aria-label", isChecked ? `${label} (${texts.isChecked})` : label);
}

function begin() {
  new MutationObserver(() => isOn() && offerButtons()).observe(lines, { childList: true });
  toggle.addEventListener("click", turn);
  // It stands among the lines, and is none of them: its links are not times.
  note.addEventListener("click", (event) => event.stopPropagation());
  lines.addEventListener("click", clicked, { capture: true });
  onLetter("e", () => edit(lineMeant(lines)));
  toggle.hidden = false;
}

function turn() {
  toggle.setAttribute("aria-pressed", String(!isOn()));
  lines.classList.toggle("correctable", isOn());
  if (isOn()) offerButtons();
  else for (const button of lines.querySelectorAll(".edit-line")) button.remove();
}

function clicked(event) {
  const line = event.target.closest(".lines > p");
  if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const isTime = event.target.closest("a") !== null;
  if (event.target.closest(".edit-line") || (isOn() && !isTime)) {
    event.stopImmediatePropagation();
    edit(line);
  } else if (isTime && line.matches(".renewed")) {
    play(event, Number(secondOf(line)));
  }
}

// The player's script does not know lines that came later.
function play(event, second) {
  const media = document.querySelector(".screen video, .screen audio");
  if (!media) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  media.currentTime = Math.max(0, second - 0.4);
  media.play().catch(() => {});
}

// A talk without a transcript has nothing to correct.
if (lines) begin();
