// Suggestions below the search boxes: speakers, events and talks, each of which opens its page.
// The pattern is the combobox of ARIA 1.2: the focus stays in the box, and the arrows move through
// the list. Without this script the box is a plain search box.

const WAIT_MS = 120;
// In the language of the page, by kind; `list` names the whole.
const TEXTS = document.getElementById("completing").dataset;
let boxes = 0;

class Completing {
  constructor(input) {
    this.input = input;
    this.known = new Map();
    this.suggestions = [];
    this.active = -1;
    this.wait = 0;
    this.asked = null;

    const id = `suggestions-${++boxes}`;
    this.list = element("ul", "suggestions");
    this.list.id = id;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", TEXTS.list);
    this.list.hidden = true;
    this.said = element("p", "unseen");
    this.said.setAttribute("role", "status");
    input.form.append(this.list, this.said);

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);

    input.addEventListener("input", (event) => event.isComposing || this.askSoon());
    input.addEventListener("compositionend", () => this.askSoon());
    input.addEventListener("keydown", (event) => this.keyed(event));
    input.addEventListener("blur", () => this.close());
    // The box keeps the focus while something in the list is pressed.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option), event);
    });
    // The browser may bring the page back as it was left.
    addEventListener("pagehide", () => this.close());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  askSoon() {
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    clearTimeout(this.wait);
    this.asked?.abort();
    const text = this.input.value.trim();
    if (!text) return this.close();
    let suggestions = this.known.get(text);
    if (!suggestions) {
      this.asked = new AbortController();
      try {
        const address = `${this.input.dataset.complete}?${new URLSearchParams({ q: text })}`;
        const answer = await fetch(address, { signal: this.asked.signal });
        if (!answer.ok) return this.close();
        suggestions = (await answer.json()).suggestions;
      } catch {
        // Overtaken by the next letter, or the server is gone: the box goes on without.
        return;
      }
      this.known.set(text, suggestions);
    }
    if (this.input.value.trim() === text && document.activeElement === this.input) {
      this.show(suggestions);
    }
  }

  show(suggestions) {
    if (!suggestions.length) return this.close();
    this.suggestions = suggestions;
    this.list.replaceChildren(...suggestions.map((one, n) => this.option(one, n)));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(-1);
    const many = suggestions.length === 1 ? TEXTS.one : TEXTS.many;
    this.said.textContent = many.replace("{number}", suggestions.length);
  }

  option(suggestion, number) {
    const option = element("li", "suggestion");
    option.id = `${this.list.id}-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = element("span", "suggestion-name");
    if (suggestion.alias) {
      name.append(isolated(suggestion.name), " ", element("span", "suggestion-alias"));
      name.lastChild.append(isolated(suggestion.alias, suggestion.spans));
    } else {
      name.append(isolated(suggestion.name, suggestion.spans));
    }
    const about = element("span", "suggestion-about");
    const kind = element("span", "suggestion-kind");
    kind.textContent = TEXTS[suggestion.kind] ?? "";
    about.append(kind);
    if (suggestion.about) about.append(" ", isolated(suggestion.about));
    option.append(name, " ", about);
    return option;
  }

  close() {
    clearTimeout(this.wait);
    this.asked?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.said.textContent = "";
    this.mark(-1);
  }

  mark(number) {
    this.active = number;
    for (const [n, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(n === number));
      if (n === number) option.scrollIntoView({ block: "nearest" });
    }
    if (number < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${number}`);
  }

  // Before the first and behind the last suggestion comes the box itself.
  move(step) {
    const places = this.suggestions.length + 1;
    this.mark(((this.active + 1 + step + places) % places) - 1);
  }

  choose(number, event) {
    const { url } = this.suggestions[number];
    if (event.ctrlKey || event.metaKey) open(url, "_blank", "noopener");
    else location.assign(url);
  }

  keyed(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) {
      if (event.key !== "Enter" || event.isComposing) return;
    }
    const down = event.key === "ArrowDown";
    if (down || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.isOpen) this.move(down ? 1 : -1);
      else this.ask();
    } else if (event.key === "Escape" && this.isOpen) {
      // Closed once before the browser empties the box.
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.isOpen && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active, event);
    }
  }
}

function element(name, className) {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

// Text from outside, as text, in its own direction; what is typed already is marked. The spans
// count code points.
function isolated(text, spans = []) {
  const shown = document.createElement("bdi");
  const points = [...text];
  let done = 0;
  for (const [start, end] of spans) {
    if (start < done) continue;
    shown.append(points.slice(done, start).join(""));
    const mark = document.createElement("mark");
    mark.textContent = points.slice(start, end).join("");
    shown.append(mark);
    done = end;
  }
  shown.append(points.slice(done).join(""));
  return shown;
}

for (const input of document.querySelectorAll("input[data-complete]")) new Completing(input);
