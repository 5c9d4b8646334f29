// Before the first paint: the language, its direction and the colours that were chosen, so that nothing jumps or flashes. And for
// whoever is signed in the app's frame, its words and the page, which would otherwise be fetched when the script that wants them has come.
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
  var named = document.currentScript.dataset.early;
  if (!isSignedIn || !named) return;
  var early = JSON.parse(named);
  var language = english ? "en" : "ar";
  early.frame.forEach(function (file) {
    fetchAhead(file, "auto");
  });
  // These are small, and leave one of six connections to what is asked of the API meanwhile: all else waits for that.
  var small = early.words[language];
  early.pages.forEach(function (page) {
    if (new RegExp(page.path).test(location.pathname)) small = small.concat(page.files, page[language]);
  });
  small.forEach(function (file) {
    fetchAhead(file, "low");
  });

  function fetchAhead(file, priority) {
    var link = document.createElement("link");
    link.rel = "modulepreload";
    link.crossOrigin = "";
    link.fetchPriority = priority;
    link.href = file;
    document.head.append(link);
  }
})();
