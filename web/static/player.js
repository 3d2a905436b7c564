// The recording: opening it at a word, and moving about in it. Times are milliseconds.

// Starting a little early keeps the first sound of the word.
export const LEAD_MS = 400;

export class Player {
  constructor(root, fromMs) {
    this.media = root.querySelector("video, audio");
    this.playButton = root.querySelector(".play-from");
    this.speeds = root.querySelector(".speed select");
    this.fromMs = fromMs;
    this.media.addEventListener("play", () => this.playButton?.setAttribute("hidden", ""));
    this.playButton?.addEventListener("click", () => this.media.play());
    this.speeds.addEventListener("change", () => (this.media.playbackRate = Number(this.speeds.value)));
    const apart = root.querySelector(".apart");
    if (apart && document.pictureInPictureEnabled) this.offerApart(apart, root.querySelector(".apart-refused"));
    const unplayable = root.querySelector(".unplayable");
    const tell = () => unplayable.removeAttribute("hidden");
    this.media.addEventListener("error", tell);
    if (this.media.error) tell();
  }

  get nowMs() {
    return this.media.currentTime * 1000;
  }

  get playing() {
    return !this.media.paused && !this.media.ended;
  }

  seek(timeMs) {
    this.media.currentTime = Math.max(this.fromMs, timeMs) / 1000;
  }

  toggle() {
    if (this.playing) this.media.pause();
    else this.start();
  }

  // Plays, and where the browser wants a click before there is sound, offers one.
  async start() {
    try {
      await this.media.play();
    } catch (error) {
      if (error.name !== "NotAllowedError" || !this.playButton) return;
      this.playButton.hidden = false;
      this.playButton.focus();
    }
  }

  playFromWord(wordMs) {
    this.seek(wordMs - LEAD_MS);
    return this.start();
  }

  // Opens the recording at a word, as soon as its length is known.
  openAt(wordMs) {
    const open = () => this.playFromWord(wordMs);
    if (this.media.readyState >= HTMLMediaElement.HAVE_METADATA) open();
    else this.media.addEventListener("loadedmetadata", open, { once: true });
  }

  // The next faster or slower of the speeds that can be chosen.
  changeSpeed(by) {
    const at = this.speeds.selectedIndex + by;
    if (at < 0 || at >= this.speeds.length) return;
    this.speeds.selectedIndex = at;
    this.media.playbackRate = Number(this.speeds.value);
  }

  toggleCaptions() {
    const track = [...this.media.textTracks].find(({ kind }) => kind === "captions");
    if (track) track.mode = track.mode === "showing" ? "disabled" : "showing";
  }

  // The picture in a window of its own, where the browser has one; it may still say no each time.
  offerApart(button, refused) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await this.toggleApart();
      refused.textContent = done ? "" : refused.dataset.text;
    });
    for (const kind of ["enterpictureinpicture", "leavepictureinpicture"]) {
      this.media.addEventListener(kind, () => button.setAttribute("aria-pressed", String(kind === "enterpictureinpicture")));
    }
  }

  // Whether the browser did it.
  async toggleApart() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.media.requestPictureInPicture();
      return true;
    } catch {
      return false;
    }
  }
}
