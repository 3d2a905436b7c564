// The player in other people's pages: it stops where the passage ends, marks the word that is
// spoken, and plays from a word that is clicked. Times are milliseconds.

const LEAD_MS = 400;

const main = document.querySelector("main");
const media = document.querySelector("video, audio");
const words = [...document.querySelectorAll("[data-start-ms]:not(main)")];
const startsMs = words.map((word) => Number(word.dataset.startMs));
const startMs = Number(main.dataset.startMs ?? 0);
const endMs = main.dataset.endMs === undefined ? Infinity : Number(main.dataset.endMs);
let spoken = null;

const nowMs = () => media.currentTime * 1000;

function follow() {
  let number = -1;
  // A word counts a little early: a player that is sent to it lands just before it.
  while (number + 1 < startsMs.length && startsMs[number + 1] <= nowMs() + 20) number += 1;
  const word = nowMs() < endMs ? (words[number] ?? null) : null;
  if (word === spoken) return;
  spoken?.classList.remove("spoken");
  word?.classList.add("spoken");
  spoken = word;
}

function everyFrame() {
  follow();
  if (nowMs() >= endMs) {
    media.pause();
    return;
  }
  if (!media.paused && !media.ended) requestAnimationFrame(everyFrame);
}

media.addEventListener("play", () => {
  // Played again after its end, the passage begins anew.
  if (nowMs() >= endMs) media.currentTime = Math.max(0, startMs - LEAD_MS) / 1000;
  requestAnimationFrame(everyFrame);
});
// Where nothing is drawn, as in a tab behind others, there are no frames.
media.addEventListener("timeupdate", () => {
  follow();
  if (nowMs() >= endMs && !media.paused) media.pause();
});
for (const word of words) {
  word.addEventListener("click", () => {
    if (!getSelection().isCollapsed) return;
    media.currentTime = Math.max(0, Number(word.dataset.startMs) - LEAD_MS) / 1000;
    media.play();
  });
}
