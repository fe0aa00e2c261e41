const form = document.getElementById("filter");
if (form) {
  const cases = [...document.querySelectorAll(".failure")];
  const fits = (data, wanted) =>
    (!wanted.category || data.category === wanted.category) &&
    (!wanted.outcome || data.outcome === wanted.outcome) &&
    (!wanted.document || data.documents.split(" ").includes(wanted.document)) &&
    wanted.text.toLowerCase().split(/\s+/).every((word) => data.text.includes(word));
  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    for (const one of cases) one.hidden = !fits(one.dataset, wanted);
    form.elements.count.value = `${cases.filter((c) => !c.hidden).length} of ${cases.length} shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
