// What becomes of a request while the server is away: it waits, and is sent when the server is back.
//
// Gradio would say "Connection to the server was lost" in a look of its own, lock the page, and load
// it anew when the server is back, with which the conversation and a typed question would be gone.
// So it is not told: its requests pass through here.
(() => {
  "use strict";

  const AGAIN_MS = 1500;
  const HELD = /\/gradio_api\/(queue\/join|run\/\w+|cancel|reset)$/;
  const MESSAGES = /\/gradio_api\/queue\/data$/;
  const HEARTBEAT = /\/gradio_api\/heartbeat\/\w+$/;
  // To every event that waits for an outcome: there is none, and nothing changes.
  const SETTLED = [
    { msg: "process_completed", success: true, output: { data: [] } },
    { msg: "close_stream" },
  ].map((message) => `data: ${JSON.stringify(message)}\n\n`).join("");
  const CLOSES = /data: [^\n]*"msg":"close_stream"[^\n]*\s*$/; // looked for in the last few characters
  const FEW = 300;
  const FAILS = /"msg":"unexpected_error"/;
  const COMPLETED = /"msg":"process_completed","event_id":"(\w+)"/g;

  const send = window.fetch.bind(window);
  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const told = []; // who wants to know
  const waiting = new Set(); // events of which the outcome is still to come
  const early = new Set(); // events of which it came before their number
  let away = null; // while the server is away: what is done when it is back
  let leaving = false;

  async function isThere() {
    try {
      await send(new URL(".", location.href), { method: "HEAD", cache: "no-store" });
      return true;
    } catch {
      return false;
    }
  }

  async function waitForIt() {
    if (await isThere()) return;
    for (const tell of told) tell(true);
    do await pause(AGAIN_MS); while (!(await isThere()));
  }

  function backAgain() {
    if (leaving) return new Promise(() => {});
    away ??= waitForIt().then(() => {
      away = null;
      for (const tell of told) tell(false);
    });
    return away;
  }

  async function held(request) {
    for (;;) {
      try {
        const response = await send(request.clone());
        const { event_id: id } = await response.clone().json().catch(() => ({}));
        if (id && !early.delete(id)) waiting.add(id);
        return response;
      } catch (error) {
        if (request.signal.aborted) throw error;
        await backAgain();
      }
    }
  }

  // Passes on what the server sends; false if that was cut off, or tells that the server goes away.
  async function passOn(request, pass) {
    let tail = "";
    try {
      const reader = (await send(request.clone())).body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return request.signal.aborted;
        const words = decoder.decode(value, { stream: true });
        tail += words;
        if (FAILS.test(tail)) return false;
        for (const [, id] of tail.matchAll(COMPLETED)) if (!waiting.delete(id)) early.add(id);
        const closes = CLOSES.test(tail.slice(-FEW));
        if (closes && waiting.size) {
          // An event has begun while the server closed the stream: Gradio would never hear of it.
          pass(words.slice(0, -FEW) + words.slice(-FEW).replace(CLOSES, ""));
          return passOn(request, pass);
        }
        pass(words);
        if (closes) return true;
        tail = tail.slice(-FEW);
      }
    } catch {
      return request.signal.aborted;
    }
  }

  function messages(request) {
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      async start(controller) {
        const pass = (words) => controller.enqueue(encoder.encode(words));
        if (!(await passOn(request, pass))) {
          await backAgain();
          waiting.clear();
          pass(SETTLED);
        }
        try { controller.close(); } catch { /* closed by whoever read it */ }
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  // Gradio opens a stream, before this script is there, that ends only when the server goes away;
  // once it has ended this one takes its place, so that the next time is noticed too.
  async function watch(address) {
    for (;;) {
      await backAgain();
      await pause(AGAIN_MS);
      await passOn(new Request(address), () => {});
    }
  }

  let isWatching = false;

  new PerformanceObserver((list) => {
    const ended = list.getEntries().find(({ name }) => HEARTBEAT.test(new URL(name).pathname));
    if (!ended || isWatching) return;
    isWatching = true;
    watch(ended.name);
  }).observe({ type: "resource", buffered: true });

  window.fetch = (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    if (HELD.test(pathname)) return held(new Request(input, init));
    if (MESSAGES.test(pathname)) return Promise.resolve(messages(new Request(input, init)));
    return send(input, init);
  };

  window.addEventListener("pagehide", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });

  window.PullquoteConnection = { tell: (listener) => told.push(listener) };
})();
