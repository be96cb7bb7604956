// SPDX-FileCopyrightText: The greenlint developers
// SPDX-License-Identifier: EUPL-1.2
// Keys, zoom and search for a list that can be read without them.
"use strict";
const flame = document.getElementById("flame");
const told = document.getElementById("told");
const items = Array.from(flame.querySelectorAll("li"));
const below = (item) => item.querySelector(":scope > ul > li");
const above = (item) => item.parentElement.closest(".flame li");
const bar = (item) => item.querySelector(":scope > .bar");
const shown = () => items.filter((item) => item.offsetParent !== null);
let here = items[0];

flame.setAttribute("role", "tree");
for (const group of flame.querySelectorAll("ul")) group.setAttribute("role", "group");
for (const item of items) {
  const beside = Array.from(item.parentElement.children);
  item.setAttribute("role", "treeitem");
  item.setAttribute("tabindex", "-1");
  item.setAttribute("aria-label", bar(item).title || bar(item).textContent);
  item.setAttribute("aria-setsize", beside.length);
  item.setAttribute("aria-posinset", beside.indexOf(item) + 1);
  if (below(item)) item.setAttribute("aria-expanded", "true");
}
if (here) here.setAttribute("tabindex", "0");
document.querySelector(".tools").hidden = false;

function go(item) {
  if (!item) return;
  here.setAttribute("tabindex", "-1");
  here = item;
  here.setAttribute("tabindex", "0");
  here.focus();
  told.textContent = item.getAttribute("aria-label");
}
function reset() {
  for (const item of items) { item.hidden = false; item.classList.remove("whole"); }
}
function zoom(item) {
  reset();
  for (let one = item; one; one = above(one)) {
    one.classList.add("whole");
    for (const other of one.parentElement.children) other.hidden = other !== one;
  }
  go(item);
}
flame.addEventListener("click", (event) => {
  const item = event.target.closest("li");
  if (item) zoom(item);
});
flame.addEventListener("keydown", (event) => {
  const visible = shown();
  const at = visible.indexOf(here);
  const moves = {
    ArrowRight: () => go(below(here)),
    ArrowLeft: () => go(above(here)),
    ArrowDown: () => go(visible[at + 1]),
    ArrowUp: () => go(visible[at - 1]),
    Home: () => go(visible[0]),
    End: () => go(visible[visible.length - 1]),
    Enter: () => zoom(here),
    " ": () => zoom(here),
    Escape: () => { reset(); go(here); },
  };
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in moves)) return;
  event.preventDefault();
  moves[event.key]();
});
document.getElementById("reset").addEventListener("click", () => { reset(); go(items[0]); });
document.getElementById("find").addEventListener("input", (event) => {
  const word = event.target.value.toLowerCase();
  let count = 0;
  for (const item of items) {
    const found = word !== "" && bar(item).textContent.toLowerCase().includes(word);
    item.classList.toggle("found", found);
    count += found;
  }
  told.textContent = word === "" ? "" : told.dataset.found.replace("{found}", count).replace("{all}", items.length);
});
