// Before the first paint: the language, its direction and the colours that were chosen, so that nothing jumps or flashes. And for
// whoever is signed in the app's frame, which would otherwise be fetched when the first script has come.
(function () {
  var root = document.documentElement;
  var chosen = {};
  var isSignedIn = false;
  try {
    isSignedIn = localStorage.getItem("dawr.session") !== null;
    chosen = JSON.parse(localStorage.getItem("dawr.preferences")) || {};
  } catch (_) {
    // Nothing was chosen, or it cannot be read: the defaults.
  }
  var english = chosen.language === "en";
  root.lang = english ? "en" : "ar";
  root.dir = english ? "ltr" : "rtl";
  if (chosen.theme === "light" || chosen.theme === "dark") root.dataset.theme = chosen.theme;
  var frame = document.currentScript.dataset.frame;
  if (!isSignedIn || !frame) return;
  frame.split(" ").forEach(function (file) {
    var link = document.createElement("link");
    link.rel = "modulepreload";
    link.crossOrigin = "";
    link.href = file;
    document.head.append(link);
  });
})();
