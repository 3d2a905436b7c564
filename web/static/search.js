// Remembers which words a hit matched, so that the talk's page can mark all of them. The address
// of the hit carries the time of the first one only.
document.addEventListener("click", (event) => {
  const hit = event.target.closest("a.moment");
  if (!hit) return;
  const matched = [...hit.querySelectorAll("mark")].map((mark) => mark.textContent);
  sessionStorage.setItem("podium-hit", JSON.stringify({ href: hit.getAttribute("href"), matched }));
});
