// A button beside each command that copies it. Without scripts the command is one click to select.
for (const command of document.querySelectorAll(".command")) {
  const code = command.querySelector("code");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      // Browsers refuse the clipboard on plain HTTP: select the text, so that a key copies it.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
  });
  command.append(button);
}
