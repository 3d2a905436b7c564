// A talk's page: brings together its player, its transcript and the keys.
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";

// Pressed again this soon, "sentence again" goes to the sentence before.
const AGAIN_MS = 900;
// A sentence starts at its first word, not inside the pause before it.
const SENTENCE_LEAD_MS = 60;

const talk = document.querySelector(".talk");
const media = talk.querySelector("video, audio");
const section = talk.querySelector(".transcript");
const address = (timeMs) => `?t=${Number((Math.floor(timeMs / 10) / 100).toFixed(2))}`;

const player = new Player(media, talk.querySelector(".play-from"), Number(talk.dataset.fromMs ?? 0));
let transcript = null;

const atMs = talk.dataset.atMs === undefined ? null : Number(talk.dataset.atMs);
if (atMs !== null) player.openAt(atMs);

const sayUnplayable = () => talk.querySelector(".unplayable").removeAttribute("hidden");
media.addEventListener("error", sayUnplayable);
if (media.error) sayUnplayable();

if (section) {
  const answer = await fetch(`${location.pathname}/words.json`);
  if (answer.ok) {
    const words = await answer.json();
    // The page and the words may come from before and after a change: then lines stay lines.
    if (words.segments.length === section.querySelectorAll(".lines > p").length) {
      transcript = new Transcript(section, words);
      if (atMs !== null) transcript.markHit(transcript.wordNamed(atMs), matchedWords());
      section.addEventListener("click", clicked);
      for (const kind of ["timeupdate", "seeked"]) media.addEventListener(kind, follow);
      media.addEventListener("play", () => requestAnimationFrame(everyFrame));
      // The player may have been sent to its second before the words were there.
      if (player.playing) everyFrame();
      else if (media.currentTime > 0) follow();
    }
  }
  section.dataset.ready = "";
}

const keys = {
  ArrowLeft: () => player.seek(player.nowMs - 5000),
  s: sentenceAgain,
  " ": () => player.toggle(),
};

const keyLine = talk.querySelector(".keys");
keyLine.removeAttribute("hidden");
keyLine.addEventListener("click", (event) => {
  const button = event.target.closest("[data-key]");
  if (button) keys[button.dataset.key]();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const focus = event.target;
  if (focus.matches("input, textarea, select, [contenteditable]")) return;
  // The space key presses what has the focus.
  if (event.key === " " && focus.matches("a, button, summary, audio, video")) return;
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action || (event.key.toLowerCase() === "s" && !transcript)) return;
  event.preventDefault();
  action();
});

for (const list of talk.querySelectorAll(".chapters, .who")) {
  list.addEventListener("click", (event) => {
    const part = event.target.closest("[data-start-ms]");
    if (!part || opensElsewhere(event)) return;
    event.preventDefault();
    history.replaceState(null, "", part.getAttribute("href"));
    player.seek(Number(part.dataset.startMs));
    player.start();
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

function sentenceAgain() {
  const word = Math.max(0, transcript.wordAt(player.nowMs + 2 * SENTENCE_LEAD_MS));
  let start = transcript.sentenceStart(word);
  if (player.nowMs - transcript.startsMs[start] < AGAIN_MS && start > 0) {
    start = transcript.sentenceStart(start - 1);
  }
  player.seek(transcript.startsMs[start] - SENTENCE_LEAD_MS);
  player.start();
}

// A click on a word, or on the time of a line, plays from there and puts it into the address.
function clicked(event) {
  if (opensElsewhere(event)) return;
  const word = event.target.closest("[data-word]");
  const time = event.target.closest(".lines a");
  if (!word && !time) return;
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
