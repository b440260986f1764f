// The box for the question: it counts a long one, and sends one once while the server is away.
(() => {
  "use strict";

  const NEAR = 0.8; // the share of the longest question from which on it is counted
  const AWAY = "The connection to Pullquote was lost. This page goes on by itself as soon as it is back.";
  const WAITS = "The connection to Pullquote was lost. Your question is asked as soon as it is back.";

  let isAway = false;
  let isAsked = false; // whether a question is on its way, of which the server has said nothing yet

  const frame = () => document.getElementById("pq-composer");
  const box = () => document.querySelector("#pq-composer textarea");

  function line(id, put) {
    const made = document.getElementById(id) ?? document.createElement("p");
    if (!made.isConnected) {
      made.id = id;
      put(made);
    }
    return made;
  }

  function count() {
    const field = box();
    const most = field?.maxLength ?? -1;
    const isLong = most > 0 && field.value.length >= NEAR * most;
    const counter = line("pq-count", (made) => frame().after(made));
    counter.hidden = !isLong;
    if (!isLong) return;
    const isFull = field.value.length >= most;
    const amount = `${field.value.length.toLocaleString("en")} of ${most.toLocaleString("en")} characters`;
    counter.classList.toggle("pq-full", isFull);
    counter.setAttribute("aria-live", isFull ? "polite" : "off"); // not with every letter
    counter.textContent = isFull ? `${amount}: a question can’t be longer.` : amount;
  }

  function type(words) {
    box().value = words;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The server has said something, and so has the question if there was one.
  function heard() {
    isAsked = false;
    count();
  }

  function setAway(gone) {
    isAway = gone;
    const said = line("pq-away", (made) => {
      made.setAttribute("role", "status");
      frame().before(made);
    });
    said.hidden = !isAway;
    said.textContent = isAway ? (isAsked ? WAITS : AWAY) : "";
    box().readOnly = isAway && isAsked;
  }

  function mayAsk() {
    if (isAway && (isAsked || !box().value.trim())) return false;
    isAsked = box().value.trim() !== "";
    if (isAway) setAway(true);
    return true;
  }

  function stopUnlessItMay(event) {
    const isKey = event.key === "Enter" && !event.shiftKey && event.target === box();
    const isPress = event.type === "click" && event.target.closest?.("#pq-composer [data-testid=submit-button]");
    if ((!isKey && !isPress) || mayAsk()) return;
    event.preventDefault();
    event.stopPropagation();
  }

  for (const kind of ["keypress", "click"]) // as Gradio's composer listens
    document.addEventListener(kind, stopUnlessItMay, true);

  document.addEventListener("input", (event) => { if (event.target === box()) count(); });

  window.PullquoteComposer = { box, type, heard, setAway };
})();
