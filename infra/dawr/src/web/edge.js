// Runs at CloudFront before the web app's files are looked for (docs/adr/0022): a path of the app is its page, and a text is sent in the
// smallest form that the browser reads, which lies beside it. Requests to the API do not come by here.
function handler(event) {
  var request = event.request;
  var uri = request.uri;
  var name = uri.slice(uri.lastIndexOf("/") + 1);
  if (name.indexOf(".") < 0 && uri.indexOf("/assets/") !== 0) uri = "/index.html";
  if (/\.(html|js|css|svg|txt|webmanifest)$/.test(uri)) {
    var accepted = (request.headers["accept-encoding"] || { value: "" }).value.replace(/\s/g, "").split(",");
    var reads = function (encoding) {
      return accepted.some(function (one) {
        return one === encoding || (one.indexOf(encoding + ";") === 0 && one !== encoding + ";q=0");
      });
    };
    if (reads("br")) uri += ".br";
    else if (reads("gzip")) uri += ".gz";
  }
  request.uri = uri;
  return request;
}
