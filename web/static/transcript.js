// The transcript: its lines become words that can be clicked and marked, as they come into view.

// A hit's words lie at most this far apart.
const LONGEST_MOMENT_MS = 15000;
// For this long after somebody scrolled, the page does not scroll by itself.
const HANDS_OFF_MS = 6000;
// A word of which a machine is less sure than this, in per cent, is shown as doubtful on demand.
const SURE_PERCENT = 50;
// So much is left below a line at the window's lower edge.
const END_PX = 24;

const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

export class Transcript {
  constructor(section, words) {
    this.section = section;
    this.scrolledAt = -HANDS_OFF_MS;
    for (const kind of ["wheel", "touchmove", "keydown"]) {
      addEventListener(kind, () => (this.scrolledAt = performance.now()), { passive: true });
    }
    this.take(words);
  }

  // The words as they are now; what was marked before is not any more.
  take({ words, starts_ms, segments, sentences, sure_percent }) {
    this.lines = [...this.section.querySelectorAll(".lines > p")];
    this.words = words;
    this.startsMs = starts_ms;
    this.segments = segments;
    this.sentences = sentences;
    this.surePercent = sure_percent;
    this.elements = new Map();
    this.found = new Map();
    this.hits = new Set();
    this.marked = null;
    this.spoken = this.speaking = undefined;
    this.seen?.disconnect();
    this.seen = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          this.dress(this.lines.indexOf(entry.target));
          this.seen.unobserve(entry.target);
        }
      },
      { rootMargin: "600px" },
    );
    for (const line of this.lines) this.seen.observe(line);
  }

  // The number of the last word that began at or before a time; -1 before the first.
  wordAt(timeMs) {
    return lastAtMost(this.startsMs, timeMs);
  }

  get anyDoubted() {
    return this.surePercent.some((share) => share < SURE_PERCENT);
  }

  sentenceStart(word) {
    return this.sentences[Math.max(0, lastAtMost(this.sentences, word))];
  }

  // The sentence that a word stands in, as [first, end].
  sentence(word) {
    const next = this.sentences[lastAtMost(this.sentences, word) + 1];
    return [this.sentenceStart(word), next ?? this.words.length];
  }

  // What is marked, as [first, end]; null where that is one word or none.
  passage() {
    return this.marked && this.marked[1] - this.marked[0] > 1 ? this.marked : null;
  }

  // The time of a word as its line shows it.
  clockOf(word) {
    return this.lines[this.lineOf(word)]?.querySelector("a").textContent ?? "";
  }

  // Marks a passage, and the words after its first that a search found with it.
  markPassage(first, end, matched = []) {
    const before = [...this.hits];
    this.marked = [first, end];
    this.hits = new Set();
    for (let n = first; n < end; n++) this.hits.add(n);
    const wanted = matched.flatMap((text) => text.split(/\s+/)).map(bare);
    const endMs = this.startsMs[first] + LONGEST_MOMENT_MS;
    for (let n = first, left = wanted.length; left > 0 && this.startsMs[n] < endMs; n++) {
      if (!wanted.includes(bare(this.words[n]))) continue;
      this.hits.add(n);
      left--;
    }
    for (const line of new Set([...before, ...this.hits].map((n) => this.lineOf(n)))) this.dress(line, true);
  }

  // Marks the places that were found inside the transcript, each [first, end]; one is the present.
  markFound(places, now) {
    const before = [...this.found.keys()];
    this.found = new Map();
    for (const [number, [first, end]] of places.entries()) {
      for (let n = first; n < end; n++) this.found.set(n, number === now ? "found found-now" : "found");
    }
    for (const n of new Set([...before, ...this.found.keys()])) {
      const element = this.elements.get(n);
      if (element) element.className = this.classOf(n);
    }
  }

  classOf(n) {
    const classes = ["word"];
    if (this.surePercent[n] < SURE_PERCENT) classes.push("doubted");
    if (this.found.has(n)) classes.push(this.found.get(n));
    if (n === this.spoken) classes.push("spoken");
    return classes.join(" ");
  }

  // Marks the word that is spoken now, and goes along with it.
  markSpoken(word, follow) {
    if (word === this.spoken) return;
    this.element(this.spoken)?.classList.remove("spoken");
    this.spoken = word;
    this.element(word)?.classList.add("spoken");
    const line = this.lineOf(word);
    if (line === this.speaking) return;
    this.lines[this.speaking]?.classList.remove("speaking");
    this.lines[line]?.classList.add("speaking");
    this.speaking = line;
    if (follow && this.isLeftAlone) this.show(line, "smooth");
  }

  // Whether nobody is looking about in it.
  get isLeftAlone() {
    return performance.now() - this.scrolledAt > HANDS_OFF_MS;
  }

  // Brings the spoken line back, where the recording was moved while it stood still.
  catchUp() {
    const line = this.lines[this.speaking];
    if (!line || !this.isLeftAlone) return;
    const [box, seen] = [line.getBoundingClientRect(), this.seenPart()];
    if (box.top < seen.top || box.bottom > seen.bottom) this.bringIntoSight(line, "smooth");
  }

  lineOf(word) {
    return lastAtMost(this.segments, word);
  }

  element(word) {
    if (word === undefined || word < 0) return undefined;
    this.dress(this.lineOf(word));
    return this.elements.get(word);
  }

  // Puts each word of a line into an element of its own; `again` to show new marks.
  dress(line, again = false) {
    const first = this.segments[line];
    if (first === undefined || (this.elements.has(first) && !again)) return;
    const end = this.segments[line + 1] ?? this.words.length;
    const parts = [];
    for (let n = first; n < end; n++) {
      const spaced = this.words[n].startsWith(" ");
      // Between two marked words the blank is marked as well.
      if (spaced && n > first) {
        if (this.hits.has(n - 1) && this.hits.has(n)) parts.at(-1).append(" ");
        else parts.push(" ");
      }
      const element = document.createElement(this.hits.has(n) ? "mark" : "span");
      element.textContent = spaced ? this.words[n].slice(1) : this.words[n];
      element.className = this.classOf(n);
      element.dataset.word = n;
      this.elements.set(n, element);
      parts.push(element);
    }
    this.lines[line].querySelector("span").replaceChildren(...parts);
  }

  // Brings a word into sight; a line of many words may be longer than what is seen.
  showWord(word, behavior) {
    this.bringIntoSight(this.element(word), behavior);
  }

  show(line, behavior) {
    this.bringIntoSight(this.lines[line], behavior);
  }

  // From where to where in the window lines are seen: below what stays there while they pass, the
  // player on a narrow screen, the head of their column on a wide one.
  seenPart() {
    const { top, bottom } = this.section.getBoundingClientRect();
    const player = this.section.parentElement.querySelector(".player");
    const isAbove = player && getComputedStyle(player).position === "sticky";
    const above = isAbove ? player : this.section.querySelector(".transcript-head");
    return { top: Math.max(0, top, above.getBoundingClientRect().bottom), bottom: Math.min(innerHeight, bottom) };
  }

  bringIntoSight(target, behavior) {
    if (!target) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const motion = calm ? "auto" : behavior;
    const box = this.section;
    if (box.scrollHeight > box.clientHeight + 1 && getComputedStyle(box).overflowY !== "visible") {
      const { top, bottom } = this.seenPart();
      const { top: now, bottom: end } = target.getBoundingClientRect();
      const by = Math.min(now - (top + (bottom - top) / 3), box.scrollHeight - box.clientHeight - box.scrollTop);
      box.scrollTo({ top: box.scrollTop + by, behavior: motion });
      // The last lines of a column that reaches below the window are seen when the page moves too.
      if (end - by > bottom) scrollBy({ top: end - by - bottom + END_PX, behavior: motion });
    } else {
      target.scrollIntoView({ block: "center", behavior: motion });
    }
  }
}

// The place of the last number that is at most `limit` in a rising list; -1 where there is none.
function lastAtMost(numbers, limit) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
