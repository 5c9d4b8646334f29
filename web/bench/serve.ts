import { existsSync, readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
};

/** Serves a built app, gzipped, with the API behind it: for every app that is compared the same way. */
export function serve(folder: string, api: string): Promise<{ url: string; server: Server }> {
  const packed = new Map<string, Buffer>();
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? "/", "http://127.0.0.1");
    if (url.pathname.startsWith("/api/")) {
      const on = request(api + (asked.url ?? ""), { method: asked.method, headers: asked.headers }, (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        got.pipe(answer);
      });
      on.on("error", () => answer.writeHead(502).end());
      asked.pipe(on);
      return;
    }
    let path = join(folder, url.pathname);
    if (extname(path) === "" || !existsSync(path)) path = join(folder, "index.html");
    if (!existsSync(path)) {
      answer.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    const plain = type.startsWith("font");
    const bytes = packed.get(path) ?? (plain ? readFileSync(path) : gzipSync(readFileSync(path), { level: 9 }));
    packed.set(path, bytes);
    answer.writeHead(200, { "content-type": type, ...(!plain && { "content-encoding": "gzip" }) }).end(bytes);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address) resolve({ url: `http://127.0.0.1:${address.port}`, server });
    });
  });
}
