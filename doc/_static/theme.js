/* The button for light, dark, or what the system has. Some packages of the theme have a script that browsers refuse; this one
 * does it then. */
window.addEventListener("load", () => {
  const root = document.documentElement;
  if (!root.classList.contains("no-js")) return;
  root.classList.remove("no-js");
  const order = matchMedia("(prefers-color-scheme: dark)").matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
  for (const button of document.querySelectorAll(".theme-toggle"))
    button.addEventListener("click", () => {
      const now = document.body.dataset.theme || "auto";
      const next = order[(order.indexOf(now) + 1) % order.length];
      document.body.dataset.theme = next;
      localStorage.setItem("theme", next);
    });
});
