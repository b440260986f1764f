// The notes: pinning quotes, writing between them, putting them in order.
(() => {
  "use strict";

  let send = () => {};
  let page = {}; // what it uses of the page's own
  const PAUSE = 800; // milliseconds without typing after which words are kept
  const LONGEST_MAIL = 1800; // characters of a link: programs for mail cut off longer ones

  let next = null; // what is to have the focus when the notes have been written anew
  let typed = null; // what was typed in a note and is not kept yet
  let pause = 0;

  // What was typed is kept before anything else is done.
  const ask = (what, data = {}) => {
    keep();
    send({ do: what, ...data });
  };
  const keyOf = (element) => Number(element.dataset.key);
  const book = () => document.querySelector(".pq-notes");
  const item = (key) => book()?.querySelector(`li[data-key="${key}"]`);

  const fields = () => [...(book()?.querySelectorAll(".pq-jotted") ?? [])];

  // The notes have been written anew, into the elements of the last ones: each shows its own words.
  // What was done to one leaves the focus with it.
  function reader() {
    const wanted = next;
    next = null;
    const at = document.activeElement?.matches(".pq-jotted") ? document.activeElement.selectionStart : null;
    for (const field of fields()) {
      const isTyped = typed?.key === keyOf(field);
      field.value = isTyped ? typed.words : field.defaultValue;
      if (isTyped && at !== null && field !== document.activeElement) {
        field.focus();
        field.setSelectionRange(at, at);
      }
    }
    if (wanted && book()) wanted()?.focus();
  }

  function keep() {
    clearTimeout(pause);
    if (typed) send({ do: "jot", ...typed });
    typed = null;
  }

  // As it stands on the page, each quote with its source behind it.
  function text() {
    const said = [...(book()?.children ?? [])].map((one) => {
      const field = one.querySelector(".pq-jotted");
      return field && field.value !== field.defaultValue ? field.value.trim() : one.dataset.export;
    });
    return `${said.filter(Boolean).join("\n\n")}\n`;
  }

  function mail(button) {
    const link = `mailto:?subject=Quotes&body=${encodeURIComponent(text())}`;
    if (link.length <= LONGEST_MAIL) {
      window.PullquoteNotes.post(link);
      page.say(button, "Opening your mail program …");
    } else page.copy(button, text(), "Too long for a link: copied, to be pasted");
  }

  function pin(button) {
    const { turn, number } = button.dataset;
    ask("pin", { turn: Number(turn), ...(number && { number: Number(number) }) });
    button.textContent = "Pinned";
  }

  function jot(button) {
    const below = button.dataset.key;
    next = () => (below ? item(below)?.nextElementSibling : book()?.firstElementChild)?.querySelector("textarea");
    ask("jot", below ? { key: Number(below) } : {});
  }

  function shift(button) {
    const { key, step } = button.dataset;
    next = () => {
      const moved = item(key);
      return moved?.querySelector(`[data-act=shift][data-step="${step}"]:not(:disabled)`)
        ?? moved?.querySelector("[data-act=shift]:not(:disabled)");
    };
    ask("shift", { key: Number(key), step: Number(step) });
  }

  function unpin(button) {
    const beside = item(button.dataset.key);
    const key = (beside?.nextElementSibling ?? beside?.previousElementSibling)?.dataset.key;
    next = () => (key ? item(key)?.querySelector("[data-act=unpin]") : document.querySelector("[data-act=jot]"));
    ask("unpin", { key: keyOf(button) });
  }

  const acts = {
    notes: () => ask("notes"),
    pin,
    jot,
    shift,
    unpin,
    copynotes: (button) => page.copy(button, text()),
    mailnotes: mail,
    pinagain: (button) => ask("pin again", { key: keyOf(button) }),
    pinned: (button) => {
      button.closest("details")?.removeAttribute("open");
      ask("quote", { link: button.dataset.link });
    },
  };

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches?.(".pq-take[data-notes]") && field.value) {
      ask("take notes", { form: field.value });
      field.value = "";
    }
  }, true);

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.(".pq-jotted")) return;
    typed = { key: keyOf(field), words: field.value };
    clearTimeout(pause);
    pause = setTimeout(keep, PAUSE);
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  });

  // Words are kept a moment after they were typed, or when the field or the page is left.
  document.addEventListener("focusout", (event) => { if (event.target.matches?.(".pq-jotted")) keep(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  window.addEventListener("pagehide", keep);

  window.PullquoteNotes = {
    acts,
    reader,
    start: (sender, around) => {
      send = sender;
      page = around;
    },
    post: (link) => { location.href = link; },
    pinWords: (words) => ask("pin words", words),
  };
})();
