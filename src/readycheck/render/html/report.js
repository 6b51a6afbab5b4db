"use strict";
const form = document.getElementById("filter");
const text = document.getElementById("text");
const items = [...document.querySelectorAll("[data-item]")];
const haystacks = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));

function apply() {
  const wanted = text.value.trim().toLowerCase();
  const priorities = new Set([...form.querySelectorAll("[name=priority]:checked")].map((box) => box.value));
  for (const item of items) {
    item.hidden = !priorities.has(item.dataset.priority) || !haystacks.get(item).includes(wanted);
  }
}

form.hidden = false;
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("open-all").addEventListener("click", () => items.forEach((item) => { item.open = true; }));
document.getElementById("close-all").addEventListener("click", () => items.forEach((item) => { item.open = false; }));
