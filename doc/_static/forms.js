/* Pages of instructions: a field that leaves only the mnemonics that contain what is typed. */
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector(".forms");
  let field = document.querySelector(".forms-find");
  if (table && !field) {
    field = document.createElement("input");
    Object.assign(field, { className: "forms-find", type: "search", placeholder: "Filter mnemonics" });
    field.setAttribute("aria-label", "Filter mnemonics");
    table.before(field);
  }
  if (!field) return;
  const groups = [...document.querySelectorAll(".forms tbody")];
  const pages = [...document.querySelectorAll("details.mnemonics")];
  field.addEventListener("input", () => {
    const word = field.value.trim().toLowerCase();
    for (const group of groups) group.hidden = !group.querySelector("code").textContent.includes(word);
    for (const page of pages) {
      let found = 0;
      for (const link of page.querySelectorAll("p a")) {
        link.hidden = !link.textContent.includes(word);
        found += !link.hidden;
      }
      page.hidden = found === 0;
      page.open = word !== "";
    }
  });
});
