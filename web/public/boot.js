// Before the first paint: the language, its direction and the colours that were chosen, so that nothing jumps or flashes.
(function () {
  var root = document.documentElement;
  var chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem("dawr.preferences")) || {};
  } catch (_) {
    // Nothing was chosen, or it cannot be read: the defaults.
  }
  var english = chosen.language === "en";
  root.lang = english ? "en" : "ar";
  root.dir = english ? "ltr" : "rtl";
  if (chosen.theme === "light" || chosen.theme === "dark") root.dataset.theme = chosen.theme;
})();
