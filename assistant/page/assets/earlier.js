// What is left of a conversation that the server no longer knows, as after a restart: its turns stay
// to be read, and their quotes to be opened, above those of the new conversation.
(() => {
  "use strict";

  const SAID = "Pullquote was restarted: what stands above can still be read and its quotes opened, "
    + "but a new question doesn’t build on it.";
  const CUT_OFF = "Pullquote was restarted before this was answered.";
  const TURN = "-1"; // stands for every turn of before; the numbers of their quotes tell them apart

  const block = () => document.getElementById("pq-earlier");

  // Keeps turns that have just left the page, before an element; the question that was cut off.
  function keep(turns, before) {
    const home = block() ?? makeBlock(before);
    for (const gone of turns.querySelectorAll("[data-act=edit], [data-act=retry], [data-act=typed]")) gone.remove();
    renumber(turns, home.querySelectorAll("[data-number]").length);
    const working = turns.querySelector(".pq-working");
    const asked = working?.closest(".pq-turn").querySelector("h2").textContent ?? "";
    if (working) {
      working.className = "pq-stopped";
      working.textContent = CUT_OFF;
    }
    home.insertBefore(turns, home.lastElementChild);
    return asked;
  }

  function renumber(turns, used) {
    const numbers = new Map();
    for (const place of turns.querySelectorAll("[data-turn][data-number]")) {
      const was = `${place.dataset.turn}/${place.dataset.number}`;
      if (!numbers.has(was)) numbers.set(was, used + numbers.size + 1);
      place.dataset.turn = TURN;
      place.dataset.number = numbers.get(was);
    }
  }

  function makeBlock(before) {
    const home = document.createElement("section");
    home.id = "pq-earlier";
    home.className = "pq-conversation";
    home.setAttribute("aria-label", "From before Pullquote was restarted");
    const said = document.createElement("p");
    said.className = "pq-notice";
    said.setAttribute("role", "status");
    const anew = document.createElement("button");
    anew.type = "button";
    anew.dataset.act = "clear";
    anew.textContent = "New conversation";
    said.append(`${SAID} `, anew);
    home.append(said);
    before.before(home);
    return home;
  }

  // What the server needs to open a quote that it has not made.
  function placeOf(number) {
    const quote = block()?.querySelector(`.pq-quote[data-number="${number}"]`);
    return quote && {
      number,
      document: quote.dataset.document,
      start: Number(quote.dataset.start),
      end: Number(quote.dataset.end),
      quote: quote.querySelector(".pq-words").textContent,
    };
  }

  const forget = () => block()?.remove();

  window.PullquoteEarlier = { keep, placeOf, forget, isEarlier: (turn) => String(turn) === TURN };
})();
