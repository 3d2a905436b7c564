// Plays stretches of recordings one after the other, with a bar to pause, go on and stop.
//
// An item has startMs, endMs and time. `show(item)` opens it and gives its media element, and
// `stopped(item)` is told where it ended.

// A word is heard to its end.
const TAIL_MS = 350;

export class Sequence {
  constructor(bar, { show, stopped }) {
    this.bar = bar;
    this.show = show;
    this.stopped = stopped;
    this.items = [];
    this.number = -1;
    this.heard = null;
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this[button.dataset.do]();
    });
    bar.addEventListener("keydown", (event) => event.key === "Escape" && this.stop());
  }

  get isOn() {
    return this.number >= 0;
  }

  // Begins, with the first unless another is named; `skipped` says how many could not be played
  // and are left out.
  start(items, skipped = 0, first = 0) {
    this.items = items;
    const note = this.bar.querySelector(".skipped");
    note.hidden = !skipped;
    note.textContent = note.dataset[skipped === 1 ? "one" : "many"].replace("{count}", skipped);
    this.bar.hidden = false;
    this.bar.querySelector("[data-do=pause]").focus();
    this.play(first);
  }

  play(number) {
    if (number >= this.items.length) return this.stop();
    this.number = Math.max(0, number);
    const item = this.items[this.number];
    this.heard?.abort();
    this.heard = new AbortController();
    const { signal } = this.heard;
    this.media = this.show(item);
    // Opened before the seek is done, the media still stands where the one before ended.
    let begun = false;
    this.media.addEventListener("seeked", () => (begun = true), { signal });
    this.media.addEventListener("timeupdate", () => {
      const nowMs = this.media.currentTime * 1000;
      if (begun && !this.media.paused && nowMs >= item.endMs + TAIL_MS) this.next();
    }, { signal });
    for (const kind of ["ended", "error"]) {
      this.media.addEventListener(kind, () => this.next(), { signal });
    }
    for (const kind of ["play", "pause"]) {
      this.media.addEventListener(kind, () => this.say(), { signal });
    }
    this.say();
  }

  next() {
    this.play(this.number + 1);
  }

  previous() {
    this.play(this.number - 1);
  }

  pause() {
    if (this.media.paused) this.media.play().catch(() => {});
    else this.media.pause();
  }

  // Ends it and closes what was played.
  stop() {
    const item = this.items[this.number];
    this.end();
    this.stopped(item);
  }

  // Ends it and leaves what is played alone.
  end() {
    this.heard?.abort();
    this.media?.pause();
    this.bar.hidden = true;
    this.number = -1;
  }

  say() {
    const item = this.items[this.number];
    const where = this.bar.querySelector(".where");
    where.textContent = where.dataset.text
      .replace("{number}", this.number + 1)
      .replace("{count}", this.items.length)
      .replace("{time}", item.time);
    const button = this.bar.querySelector("[data-do=pause]");
    button.textContent = button.dataset[this.media.paused ? "resume" : "pause"];
    this.bar.querySelector("[data-do=previous]").disabled = this.number === 0;
  }
}
