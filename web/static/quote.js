// Quoting: what is selected becomes a quote, whose page is shown in a panel.
import { attachClips } from "./clips.js";
import { addCopyButtons } from "./copy.js";

// The last word of a recording ends within this.
const LAST_WORD_MS = 10000;
const GAP_PX = 10;

export class QuotePanel {
  constructor(dialog, button, transcript) {
    this.dialog = dialog;
    this.button = button;
    this.transcript = transcript;
    this.place = dialog.querySelector(".quote-place");
    // The words that were selected when the button was pressed; a finger takes the selection away.
    this.pressed = null;
    document.addEventListener("selectionchange", () => this.offer());
    document.addEventListener("scroll", () => button.hidden || this.offer(), { capture: true, passive: true });
    document.addEventListener("pointerdown", (event) => {
      this.pressed = event.target === button ? this.selected() : null;
    });
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => this.quote(this.pressed ?? this.selected()));
    dialog.addEventListener("click", (event) => this.clicked(event));
  }

  // The words that are selected, as [first, end]; null where none are.
  selected() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const lines = this.transcript.section.querySelector(".lines");
    if (!range.intersectsNode(lines)) return null;
    const words = [...lines.querySelectorAll("[data-word]")].filter((word) => within(range, word));
    if (!words.length) return null;
    return [Number(words[0].dataset.word), Number(words.at(-1).dataset.word) + 1];
  }

  // Shows the button beside the selection.
  offer() {
    const words = this.selected();
    this.button.hidden = words === null && this.pressed === null;
    if (words === null) return;
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.button;
    const below = box.bottom + GAP_PX;
    const top = below + height < innerHeight ? below : Math.max(GAP_PX, box.top - height - GAP_PX);
    this.button.style.top = `${top}px`;
    this.button.style.left = `${Math.min(Math.max(GAP_PX, box.left), innerWidth - width - GAP_PX)}px`;
  }

  quote(words) {
    if (words === null) return;
    const [first, end] = words;
    const { startsMs } = this.transcript;
    const endMs = startsMs[end] ?? startsMs[end - 1] + LAST_WORD_MS;
    const seconds = (ms) => Math.floor(ms / 10) / 100;
    // A word that begins with the next one's hundredth ends there too.
    this.open(`${location.pathname}/quote?t=${seconds(startsMs[first])},${Math.ceil(endMs / 10) / 100}`);
  }

  async open(address) {
    const pressed = document.activeElement?.textContent;
    let article = null;
    try {
      const answer = await fetch(address);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      article = page.querySelector("article.quote");
    } catch {
      // Told below.
    }
    if (article) {
      this.place.replaceChildren(article);
      addCopyButtons(this.place);
      attachClips(this.place);
      this.transcript.markPassage(Number(article.dataset.first), Number(article.dataset.end));
    } else {
      this.place.textContent = this.dialog.dataset.failed;
    }
    this.button.hidden = true;
    if (!this.dialog.open) this.dialog.showModal();
    const steps = [...this.place.querySelectorAll(".quote-steps a")];
    (steps.find((step) => step.textContent === pressed) ?? this.place.querySelector("h1"))?.focus();
  }

  clicked(event) {
    const step = event.target.closest(".quote-steps a");
    if (step && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.open(`${location.pathname}/quote${step.search}`);
    } else if (event.target === this.dialog) {
      this.dialog.close();
    }
  }
}

// Whether a selection holds some of a word, and not only touches it.
function within(range, word) {
  if (!range.intersectsNode(word)) return false;
  const { startContainer, startOffset, endContainer, endOffset } = range;
  if (word.contains(startContainer) && startOffset === startContainer.length) return false;
  return !(word.contains(endContainer) && endOffset === 0);
}
