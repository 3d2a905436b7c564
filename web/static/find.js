// Finding words inside the transcript, over all of its words, with a count.

const folded = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

export class Find {
  constructor(form, transcript) {
    this.transcript = transcript;
    this.input = form.querySelector("input");
    this.count = form.querySelector(".find-count");
    this.steps = [...form.querySelectorAll(".find-step")];
    this.places = [];
    this.now = -1;
    for (const button of this.steps) {
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    }
    form.querySelector("[type=submit]").hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    this.input.addEventListener("input", () => this.find());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        this.step(-1);
      } else if (event.key === "Escape" && this.input.value) {
        event.preventDefault();
        this.input.value = "";
        this.find();
      }
    });
    this.take();
  }

  // The transcript's words as they are now.
  take() {
    this.spell();
    if (this.input.value) this.find(false);
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  // All words in one text, and where in it each begins.
  spell() {
    this.starts = [];
    let text = "";
    for (const word of this.transcript.words) {
      if (word.startsWith(" ") && text && !text.endsWith(" ")) text += " ";
      this.starts.push(text.length);
      text += folded(word);
    }
    this.text = text;
  }

  find(show = true) {
    const wanted = this.input.value.split(/\s+/).map(folded).filter(Boolean).join(" ");
    this.places = [];
    for (let at = wanted ? this.text.indexOf(wanted) : -1; at >= 0; ) {
      this.places.push([this.wordAt(at), this.wordAt(at + wanted.length - 1) + 1]);
      at = this.text.indexOf(wanted, at + wanted.length);
    }
    // Begin with the first place after what is spoken now.
    const spoken = this.transcript.spoken ?? 0;
    this.now = Math.max(0, this.places.findIndex(([first]) => first >= spoken));
    this.tell(show);
  }

  step(by) {
    if (!this.places.length) return;
    this.now = (this.now + by + this.places.length) % this.places.length;
    this.tell(true);
  }

  tell(show) {
    const found = this.places.length > 0;
    for (const button of this.steps) button.hidden = !found;
    this.transcript.markFound(this.places, found ? this.now : -1);
    if (found) {
      const [first] = this.places[this.now];
      this.count.textContent = this.count.dataset.found
        .replace("{n}", this.now + 1)
        .replace("{all}", this.places.length)
        .replace("{time}", this.transcript.clockOf(first));
      if (show) this.transcript.showWord(first, "smooth");
    } else {
      this.count.textContent = this.input.value.trim() ? this.count.dataset.none : "";
    }
  }

  wordAt(offset) {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
