// The field that a line becomes while it is corrected. What was typed stays until it is saved.
import { addressAt } from "./lines.js";

export class LineEditor {
  // `track` has what the site says of all its lines (`known`), where they are sent (`page`), how the
  // field is called (`name`), what link leads on (`more`), and which part of a line is its text
  // (`shown`); `number` is this line's. `closed(line, answer)` is called at the end, with the site's
  // answer if something was saved.
  constructor(template, line, track, number, closed) {
    const { known } = track;
    this.texts = template.dataset;
    this.page = track.page;
    // After a conflict, leaving the field shows what the other one wrote.
    this.theirs = undefined;
    this.line = line;
    this.closed = closed;
    this.token = known.form_token;
    this.revision = known.revision;
    const shown = line.querySelector(track.shown);
    [this.first, this.end] = rangeOf(shown, known, number);
    this.before = joined(known.words.slice(this.first, this.end));
    this.form = template.content.querySelector("form").cloneNode(true);
    this.field = this.form.querySelector("textarea");
    this.said = this.form.querySelector(".line-said");
    this.conflict = this.form.querySelector(".line-conflict");
    const time = line.querySelector("a").textContent;
    this.form.querySelector("label").textContent = track.name.replace("{time}", time);
    const more = this.form.querySelector(".more-of-it");
    more.href = addressAt(this.page, known.seconds[number]);
    if (track.more) more.textContent = track.more;
    this.field.value = this.before;
    this.listen();
    line.after(this.form);
    // What was said stays in sight while its translation is corrected.
    this.hidden = track.isBeside ? shown : line;
    this.hidden.hidden = true;
    this.grow();
    this.focus();
  }

  listen() {
    // What stands among the lines is none of them: a click in it plays nothing.
    this.form.addEventListener("click", (event) => event.stopPropagation());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close(this.theirs);
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.save(event.shiftKey);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.field.addEventListener("input", () => this.grow());
    this.form.querySelector(".as-checked").addEventListener("click", () => this.save(true));
    this.form.querySelector(".cancel").addEventListener("click", () => this.close(this.theirs));
    this.form.querySelector(".take-theirs").addEventListener("click", () => this.close(this.theirs));
    this.form.querySelector(".both").addEventListener("click", () => {
      this.field.value = this.merged;
      this.conflict.hidden = true;
      this.say("");
      this.grow();
      this.focus();
    });
    this.warn = (event) => this.field.value !== this.before && event.preventDefault();
    addEventListener("beforeunload", this.warn);
  }

  focus() {
    this.field.focus();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  say(text) {
    this.said.textContent = text;
  }

  async save(isChecked = false) {
    const text = this.field.value.trim();
    const more = { ...(text === "" && { remove: 1 }), ...(isChecked && { checked: 1 }) };
    if (text === "" && !this.warned) {
      this.warned = true;
      return this.say(this.texts.empty);
    }
    if (this.busy) return;
    this.busy = true;
    this.say(this.texts.saving);
    const answer = await this.send(text, more).catch(() => null);
    this.busy = false;
    if (answer === null) return this.say(this.texts.lost);
    if (answer.ok) return this.close({ ...answer.document, isChecked });
    this.refused(answer.document);
  }

  async send(text, more, isAgain = false) {
    const fields = { first: this.first, end: this.end, revision: this.revision, text, ...more };
    const response = await fetch(this.page, {
      method: "POST",
      headers: { Accept: "application/json", "X-Podium-Form": this.token },
      body: new URLSearchParams(fields),
    });
    const document = await response.json();
    // Somebody signed in anew in another tab: the site gives the token of now.
    if (!isAgain && document.form_token && document.form_token !== this.token) {
      this.token = document.form_token;
      return this.send(text, more, true);
    }
    return { ok: response.ok, document };
  }

  refused({ error, conflict }) {
    this.say(`${error.message} ${error.advice}`.trim());
    if (!conflict) return;
    this.first = conflict.first;
    this.end = conflict.end;
    this.revision = conflict.revision;
    this.merged = conflict.merged;
    this.theirs = { changed: false, isTheirs: true };
    this.conflict.hidden = false;
    this.conflict.querySelector(".theirs").textContent = conflict.theirs;
    const both = this.form.querySelector(".both");
    both.hidden = [conflict.theirs, this.field.value.trim()].includes(conflict.merged);
    (both.hidden ? this.field : both).focus();
  }

  close(answer) {
    removeEventListener("beforeunload", this.warn);
    this.form.remove();
    this.hidden.hidden = false;
    this.closed(this.line, answer);
  }
}

// The words of a line, or those of it that are selected.
function rangeOf(shown, { words, lines }, number) {
  const first = lines[number];
  const end = lines[number + 1] ?? words.length;
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return [first, end];
  const range = selection.getRangeAt(0);
  if (!shown.contains(range.startContainer) || !shown.contains(range.endContainer)) return [first, end];
  const from = lengthTo(shown, range.startContainer, range.startOffset);
  const to = lengthTo(shown, range.endContainer, range.endOffset);
  let chosen = [];
  let at = 0;
  for (let n = first; n < end; n++) {
    const text = n === first ? words[n].trimStart() : words[n];
    if (at + text.length > from && at < to) chosen.push(n);
    at += text.length;
  }
  return chosen.length ? [chosen[0], chosen.at(-1) + 1] : [first, end];
}

function lengthTo(element, container, offset) {
  const range = document.createRange();
  range.setStart(element, 0);
  range.setEnd(container, offset);
  return range.toString().length;
}

const joined = (words) => words.join("").trimStart();
