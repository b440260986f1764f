// The list of documents: which of them are shown, in which order, and which was open last. The tab
// keeps that while the list is written anew.
(() => {
  "use strict";

  let words = "";
  let by = "";
  let folder = "*"; // no folder is called so
  let last = ""; // the document that was open last

  const shelf = () => document.querySelector(".pq-shelf");
  const rows = () => [...(shelf()?.children ?? [])];

  // The article pane has been written anew.
  function changed() {
    const open = document.querySelector("#pq-reader .pq-article")?.dataset.document;
    if (open !== undefined) last = open;
    if (!shelf()) return;
    const field = document.querySelector(".pq-filter");
    const list = document.querySelector(".pq-order");
    const folders = document.querySelector(".pq-folder");
    if (![...(folders?.options ?? [])].some((option) => option.value === folder)) folder = "*";
    if (folders) folders.value = folder;
    if (field) field.value = words;
    if (list && [...list.options].some((option) => option.value === by)) list.value = by;
    if (list?.value) order(list.value);
    for (const row of rows())
      if (row.querySelector("[data-act=open]").dataset.document === last) row.setAttribute("aria-current", "true");
    filter();
  }

  function filter() {
    const wanted = document.querySelector(".pq-filter") ? words.trim().toLocaleLowerCase() : "";
    const all = rows();
    const isThere = (row) => folder === "*" || row.dataset.folder === folder || row.dataset.folder.startsWith(`${folder}/`);
    for (const row of all) row.hidden = !isThere(row) || !row.textContent.toLocaleLowerCase().includes(wanted);
    const said = document.querySelector(".pq-shown");
    if (!said) return;
    const shown = all.filter((row) => !row.hidden).length;
    const some = shown ? `${shown.toLocaleString("en")} of ${all.length.toLocaleString("en")}` : "No match";
    said.textContent = wanted || folder !== "*" ? some : "";
  }

  // Dates and sizes are ordered from the greatest, names from A; what has none comes last.
  function order(chosen) {
    const all = rows();
    for (const [place, row] of all.entries()) row.dataset.place ??= String(place);
    const said = (row) => row.dataset[chosen] ?? "";
    const compare = {
      "": (a, b) => a.dataset.place - b.dataset.place,
      published: (a, b) => said(b).localeCompare(said(a)),
      sentences: (a, b) => said(b) - said(a),
    }[chosen] ?? ((a, b) => (said(a) === "") - (said(b) === "") || said(a).localeCompare(said(b)));
    shelf().append(...all.sort(compare));
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(".pq-filter")) return;
    words = event.target.value;
    filter();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".pq-folder")) {
      folder = event.target.value;
      filter();
    }
    if (!event.target.matches?.(".pq-order")) return;
    by = event.target.value;
    order(by);
  });

  // Shows what is called so, in the list that is there or to come; with nothing, all.
  function find(wanted) {
    words = wanted;
    folder = "*";
    changed();
  }

  window.PullquoteShelf = { changed, find };
})();
