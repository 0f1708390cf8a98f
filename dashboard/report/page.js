// Draws every chart of the page in the mode of the screen, and again when that changes. `ast` evaluates no text as code.
const charts = JSON.parse(document.getElementById("charts").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const draw = () => charts.forEach((chart, number) => {
  const mode = dark.matches ? "dark" : "light";
  const spec = { ...chart[mode], data: { values: chart.values }, width: "container" };
  const place = document.getElementById(`chart-${number}`);
  vegaEmbed(place, spec, {
    mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
    tooltip: { disableDefaultStyle: true }, logLevel: 1,
  // What kind of mark it is, the library says in English only.
  }).then(() => [place, ...place.querySelectorAll("[aria-roledescription]")].forEach(
    (mark) => mark.removeAttribute("aria-roledescription")));
});
dark.addEventListener("change", draw);
draw();
