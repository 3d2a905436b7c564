// Correcting in place: a line, or the words of it that are selected, becomes a field.
import { addressAt, lineMeant, onLetter, secondOf } from "./lines.js";
import { LineEditor } from "./line_editor.js";
import { othersAt, untilFound } from "./found.js";

const template = document.getElementById("line-editor");
const texts = template.dataset;
const lines = document.querySelector(".transcript .lines");
const note = document.querySelector(".saved-note");
const toggle = document.querySelector(".edit-switch");

// The tracks, each with what the site said of all lines (`known`), kept until something is saved
// here. What others change meanwhile is merged by the site, or told.
const original = { lines: texts.lines, page: texts.page, name: texts.textOf, shown: "span:not(.beside)", known: null };
const english = {
  lines: texts.englishLines,
  page: texts.englishPage,
  name: texts.englishOf,
  more: texts.englishMore,
  shown: ".beside",
  isBeside: true,
  known: null,
};
let open = null;
let isOpening = false;

async function ask(track) {
  track.known ??= await fetch(track.lines).then((answer) => (answer.ok ? answer.json() : null), () => null);
}

async function edit(line, track) {
  if (open) return open.focus();
  if (!line || isOpening) return;
  isOpening = true;
  await ask(track);
  isOpening = false;
  const number = track.known?.seconds.indexOf(secondOf(line)) ?? -1;
  // Somebody changed where lines begin: the page of the line knows how it is now.
  if (number < 0) return location.assign(addressAt(track.page, secondOf(line)));
  open = new LineEditor(template, line, track, number, closed);
}

// The track that somebody means: that of what is selected, has the focus or was clicked.
function trackAt(place) {
  return place?.closest(".beside, .edit-beside") ? english : original;
}

function trackMeant() {
  const selection = getSelection();
  return trackAt(selection.isCollapsed ? document.activeElement : selection.anchorNode?.parentElement);
}

async function closed(line, answer) {
  open = null;
  if (answer) await saved(line, answer);
  (line.isConnected ? line : lines).querySelector("a")?.focus();
}

async function saved(line, answer) {
  original.known = english.known = null;
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
  const beside = "beside" in lines.dataset ? "?beside" : "";
  const answer = await fetch(addressAt(location.pathname + beside, secondOf(line)));
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

// While editing is on, each line has a button that says whether it is checked, and so has what stands
// beside it; a click on words opens them.
async function offerButtons() {
  for (const line of lines.querySelectorAll(":scope > p")) {
    if (line.querySelector(".edit-line")) continue;
    line.append(button("edit-line"));
    if (line.querySelector(".beside")) line.append(button("edit-line edit-beside"));
  }
  await Promise.all([ask(original), lines.querySelector(".edit-beside") && ask(english)]);
  for (const one of lines.querySelectorAll(".edit-line")) name(one);
}

function button(className) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = texts.edit;
  return made;
}

function name(button) {
  const line = button.closest("p");
  const { known } = trackAt(button);
  const time = line.querySelector("a").textContent;
  const number = known?.seconds.indexOf(secondOf(line)) ?? -1;
  const first = known?.lines[number];
  const end = known?.lines[number + 1] ?? known?.words.length;
  const isChecked = known?.checked.some(([from, to]) => from <= first && end <= to) ?? false;
  button.classList.toggle("is-checked", isChecked);
  const label = (button.matches(".edit-beside") ? texts.editEnglish : texts.editLine).replace("{time}", time);
  button.setAttribute("aria-label", isChecked ? `${label} (${texts.isChecked})` : label);
}

function begin() {
  new MutationObserver(() => isOn() && offerButtons()).observe(lines, { childList: true });
  toggle.addEventListener("click", turn);
  // It stands among the lines, and is none of them: its links are not times.
  note.addEventListener("click", (event) => event.stopPropagation());
  lines.addEventListener("click", clicked, { capture: true });
  onLetter("e", () => edit(lineMeant(lines), trackMeant()));
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
    edit(line, trackAt(event.target));
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
