// A talk's page: brings together its player, its transcript and the keys.
//
// Another module may `import { player, transcript } from "./talk.js"`: both are there then, or null
// where the talk has no recording, or no words.
import { Find } from "./find.js";
import { Keys } from "./keys.js";
import { addOtherParts } from "./parts.js";
import { LEAD_MS, Player } from "./player.js";
import { QuotePanel } from "./quote.js";
import { Transcript } from "./transcript.js";

// Pressed again this soon, "sentence again" goes to the sentence before.
const AGAIN_MS = 900;
// A sentence starts at its first word, not inside the pause before it.
const SENTENCE_LEAD_MS = 60;
const LEAP_MS = 5000;
const FRAME_MS = 40;

const talk = document.querySelector(".talk");
const section = talk.querySelector(".transcript");
const root = talk.querySelector(".player");
const address = (timeMs) => `?t=${Number((Math.floor(timeMs / 10) / 100).toFixed(2))}`;

export const player = root ? new Player(root, Number(talk.dataset.fromMs ?? 0)) : null;
export let transcript = null;
let find = null;
let quotes = null;

const atMs = talk.dataset.atMs === undefined ? null : Number(talk.dataset.atMs);
if (player && atMs !== null) player.openAt(atMs);

const actions = {};
if (player) {
  Object.assign(actions, {
    ArrowLeft: () => player.seek(player.nowMs - LEAP_MS),
    ArrowRight: () => player.seek(player.nowMs + LEAP_MS),
    // Where there are words, these keys go by words.
    ",": () => player.seek(player.nowMs - FRAME_MS),
    ".": () => player.seek(player.nowMs + FRAME_MS),
    " ": () => player.toggle(),
    "<": () => player.changeSpeed(-1),
    ">": () => player.changeSpeed(1),
    c: () => player.toggleCaptions(),
  });
}
const keys = new Keys(actions, document.querySelector(".keys-help"));

if (section) {
  await addOtherParts(section.querySelector(".lines"));
  const words = await fittingWords();
  if (words) useWords(words);
  section.dataset.ready = "";
}

if (player) {
  const keyLine = root.querySelector(".keys");
  for (const button of keyLine.querySelectorAll("[data-words]")) button.hidden = !transcript;
  keyLine.removeAttribute("hidden");
  keyLine.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) keys.run(button.dataset.key);
  });
}

for (const list of talk.querySelectorAll(".chapters, .who")) {
  list.addEventListener("click", (event) => {
    const part = event.target.closest("[data-start-ms]");
    if (!part || !player || opensElsewhere(event)) return;
    event.preventDefault();
    history.replaceState(null, "", part.getAttribute("href"));
    player.seek(Number(part.dataset.startMs));
    player.start();
  });
}

const menu = section?.querySelector(".menu");
for (const kind of ["click", "keydown"]) {
  document.addEventListener(kind, (event) => {
    const away = kind === "click" ? !menu?.contains(event.target) : event.key === "Escape";
    if (!menu?.open || !away) return;
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  });
}

// The words, where they are those of the lines: page and words may come from before and after a
// change, and then lines stay lines.
async function fittingWords() {
  const answer = await fetch(`${location.pathname}/words.json`).catch(() => null);
  const words = answer?.ok ? await answer.json() : null;
  return words?.segments.length === section.querySelectorAll(".lines > p").length ? words : null;
}

// Another module changed lines, and tells the section of it with this event.
async function changed() {
  const words = transcript && (await fittingWords());
  if (!words) return;
  transcript.take(words);
  for (const line of transcript.lines) line.classList.remove("renewed");
  find.take();
  if (player) follow();
}

function useWords(words) {
  transcript = new Transcript(section, words);
  if (talk.dataset.hit) {
    const [first, end] = talk.dataset.hit.split(",").map(Number);
    transcript.markPassage(first, end, matchedWords());
    transcript.showWord(first, "auto");
  }
  section.addEventListener("click", clicked);
  section.addEventListener("transcript-changed", changed);
  find = new Find(section.querySelector(".search-in"), transcript);
  const [dialog, button] = [document.querySelector(".quote-panel"), document.querySelector(".quote-selected")];
  quotes = new QuotePanel(dialog, button, transcript);
  section.querySelector(".quote-open").addEventListener("click", (event) => {
    if (opensElsewhere(event)) return;
    event.preventDefault();
    quoteNow();
  });
  Object.assign(keys.actions, { "/": () => find.focus(), q: quoteNow });
  const doubt = section.querySelector(".doubt");
  doubt.hidden = !transcript.anyDoubted;
  doubt.addEventListener("click", () => {
    const shown = section.classList.toggle("doubts-shown");
    doubt.setAttribute("aria-pressed", String(shown));
  });
  if (player) followPlayer();
}

function followPlayer() {
  const { media } = player;
  for (const kind of ["timeupdate", "seeked"]) media.addEventListener(kind, follow);
  media.addEventListener("play", () => {
    transcript.catchUp();
    requestAnimationFrame(everyFrame);
  });
  // The player may have been sent to its second before the words were there.
  if (player.playing) everyFrame();
  else if (media.currentTime > 0) follow();
  Object.assign(keys.actions, {
    s: sentenceAgain,
    ",": () => toWord(transcript.wordAt(player.nowMs) - 1),
    ".": () => toWord(transcript.wordAt(player.nowMs) + 1),
  });
  section.querySelector("[data-keeps-time]")?.addEventListener("click", ({ target }) => {
    if (media.currentTime > 0) target.search += `${target.search ? "&" : "?"}t=${media.currentTime.toFixed(2)}`;
  });
}

function opensElsewhere(event) {
  return event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
}

function follow() {
  transcript.markSpoken(transcript.wordAt(player.nowMs), player.playing);
}

function everyFrame() {
  follow();
  if (player.playing) requestAnimationFrame(everyFrame);
}

function toWord(word) {
  if (word < 0 || word >= transcript.startsMs.length) return;
  // A hair after its start, so that the player's rounding does not name the word before.
  player.seek(transcript.startsMs[word] + 1);
}

function sentenceAgain() {
  const word = Math.max(0, transcript.wordAt(player.nowMs + 2 * SENTENCE_LEAD_MS));
  let start = transcript.sentenceStart(word);
  if (player.nowMs - transcript.startsMs[start] < AGAIN_MS && start > 0) {
    start = transcript.sentenceStart(start - 1);
  }
  player.seek(transcript.startsMs[start] - SENTENCE_LEAD_MS);
  player.start();
}

// Quotes what is selected, else what is marked, else the sentence that is spoken.
function quoteNow() {
  // The player starts a little before the word that it was sent to.
  const spoken = player?.media.currentTime ? transcript.wordAt(player.nowMs + LEAD_MS) : 0;
  quotes.quote(quotes.selected() ?? transcript.passage() ?? transcript.sentence(Math.max(0, spoken)));
}

// A click on a word, or on the time of a line, plays from there and puts it into the address.
function clicked(event) {
  if (opensElsewhere(event)) return;
  const word = event.target.closest("[data-word]");
  const time = event.target.closest(".lines p > a");
  if (!player || (!word && !time)) return;
  if (word && !getSelection().isCollapsed) return;
  event.preventDefault();
  const line = time ? time.closest("p") : null;
  const number = word ? Number(word.dataset.word) : transcript.segments[transcript.lines.indexOf(line)];
  const startMs = transcript.startsMs[number];
  history.replaceState(null, "", address(startMs));
  player.playFromWord(startMs);
}

// What the search found at this very address, if one comes from there.
function matchedWords() {
  const stored = JSON.parse(sessionStorage.getItem("podium-hit") ?? "null");
  return stored?.href === location.pathname + location.search ? stored.matched : [];
}
