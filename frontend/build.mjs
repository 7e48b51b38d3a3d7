// Bundles what the browser gets. The same inputs give the same bytes: no hash, no date, no path.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bakeAll } from "./map/bake.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const fonts = join(here, "node_modules/@fontsource-variable/noto-sans/files");
const intake = join(here, "../src/asylia/intake/static/built");
const desk = join(here, "../src/asylia/desk/static/built");

for (const folder of [intake, desk]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

const options = { bundle: true, minify: true, legalComments: "none", charset: "utf8", logLevel: "warning" };
await build({
  ...options,
  entryPoints: [join(here, "intake/page.mjs")],
  outfile: join(intake, "page.js"),
  format: "iife",
  target: "es2020", // BigInt is the newest that it cannot do without
});
await build({
  ...options,
  entryPoints: [join(here, "desk/desk.mjs")],
  outfile: join(desk, "desk.js"),
  format: "iife",
  target: "es2022",
});
copyFileSync(join(here, "node_modules/htmx.org/dist/htmx.min.js"), join(desk, "htmx.js"));
// "cyrillic" alone lacks the Chechen palochka; it is in "cyrillic-ext".
for (const subset of ["latin", "latin-ext", "cyrillic", "cyrillic-ext"]) {
  copyFileSync(join(fonts, `noto-sans-${subset}-wght-normal.woff2`), join(desk, `noto-sans-${subset}.woff2`));
}
bakeAll();
