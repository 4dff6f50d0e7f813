"use strict";
// Keeps what moves up to date: asks for it again, and puts it in only where it has changed.

(() => {
  const bar = document.querySelector("[data-live-bar]");
  const region = document.querySelector("[data-live]");
  if (!bar || !region) return;
  const told = bar.querySelector("[data-live-told]");
  const button = bar.querySelector("[data-live-pause]");
  const every = Number(region.dataset.every);
  let tag = "";
  let paused = false;

  const tell = (state) => {
    bar.dataset.state = state;
    told.textContent = bar.dataset[state];
  };

  const settled = () => region.querySelector("[data-settled]") !== null;

  const place = (text) => {
    const open = [...region.querySelectorAll("details")].map((one) => one.open);
    const focused = document.activeElement;
    const link = region.contains(focused) ? focused.getAttribute("href") : null;
    region.innerHTML = text;
    region.querySelectorAll("details").forEach((one, at) => { one.open = open[at] === true; });
    if (link) {
      const again = [...region.querySelectorAll("a")].find((one) => one.getAttribute("href") === link);
      if (again) again.focus({ preventScroll: true });
    }
  };

  const ask = async () => {
    try {
      const answer = await fetch(region.dataset.live, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status === 401) { location.reload(); return; }
      if (answer.status === 200) {
        place(await answer.text());
        tag = answer.headers.get("ETag") || "";
      }
      tell(answer.ok || answer.status === 304 ? "on" : "lost");
    } catch {
      tell("lost");
    }
  };

  const turn = async () => {
    if (settled()) { bar.hidden = true; return; }
    if (!paused && document.visibilityState === "visible") await ask();
    setTimeout(turn, every);
  };

  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? bar.dataset.goOn || button.dataset.goOn : button.dataset.pause;
    tell(paused ? "paused" : "on");
  });
  tell("on");
  if (settled()) bar.hidden = true; else setTimeout(turn, every);
})();
