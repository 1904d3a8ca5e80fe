// Two things to play with, without which the figures show all they hold, and names.

// A slider that picks one of several lines.
for (const figure of document.querySelectorAll("figure.pick")) {
  const lines = [...figure.querySelectorAll(".line")];
  const names = lines.map((line) => line.querySelector("text").textContent);
  const label = document.createElement("label");
  const range = document.createElement("input");
  const said = document.createElement("output");
  Object.assign(range, { type: "range", min: 0, max: lines.length - 1, step: 1 });
  range.value = Math.floor(lines.length / 2);
  label.append(`${figure.dataset.label} `, range);
  figure.querySelector("svg").after(label, said);
  const show = () => {
    const chosen = Number(range.value);
    lines.forEach((line, n) => line.classList.toggle("faint", n !== chosen));
    lines[chosen].parentNode.append(lines[chosen]);
    range.setAttribute("aria-valuetext", names[chosen]);
    said.textContent = lines[chosen].dataset.told;
  };
  range.addEventListener("input", show);
  show();
}

// A table that says in words what the cell under the pointer means.
for (const figure of document.querySelectorAll("figure.point")) {
  const said = document.createElement("output");
  const cells = [...figure.querySelectorAll("td[title]")];
  said.textContent = "Point at a cell.";
  figure.querySelector("figcaption").before(said);
  for (const cell of cells) {
    const told = cell.title;
    cell.removeAttribute("title");
    cell.addEventListener("pointerenter", () => {
      const marked = figure.querySelectorAll(".marked");
      marked.forEach((other) => other.classList.remove("marked"));
      cell.classList.add("marked");
      said.textContent = told;
    });
  }
}

// Names that screen readers need and the theme leaves out.
for (const summary of document.querySelectorAll(".bd-links summary")) {
  const chapter = summary.closest("li").querySelector("a").textContent.trim();
  summary.setAttribute("aria-label", `Pages of ${chapter}`);
}
const home = document.querySelector(".sidebar-primary-item:has(> .logo)");
home?.setAttribute("role", "navigation");
home?.setAttribute("aria-label", "Start page");
// Font Awesome turns <i> into <svg>, before this or after it.
for (const icon of document.querySelectorAll(".theme-switch")) {
  icon.setAttribute("aria-hidden", "true");
  icon.removeAttribute("title");
  icon.removeAttribute("aria-labelledby");
  icon.querySelector("title")?.remove();
}
for (const button of document.querySelectorAll(".search-button-field")) {
  button.removeAttribute("aria-label");
}
