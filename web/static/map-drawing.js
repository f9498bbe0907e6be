// Draws the map: points into the pixels of one canvas, names and outlines on another. Setting pixels takes a few
// milliseconds for 100,000 points, on machines without a graphics card too.

const LIGHT = 0.28; // what is left of the colour of a point that does not light up
const NONE = 255;
const MANY = 20_000;
// Characters of a name, and names that are shown at once: at most this many, and one in so many square pixels.
const [LONGEST, MOST, ROOM] = [32, 60, 24_000];
// Points by which the place of a name is chosen, so that it takes little time among 100,000 too.
const SAMPLE = 600;
const CELL = 4;

// Where a name may stand, from the middle of its group, in halves of its width and height: the nearest first.
const PLACES = [
  [0, 0], [0, -2], [0, 2], [1.2, 0], [-1.2, 0], [0.8, -2], [-0.8, -2], [0.8, 2], [-0.8, 2], [0, -4], [0, 4],
  [1, -4], [-1, -4], [1, 4], [-1, 4], [0, -6], [0, 6], [1.3, -2], [-1.3, -2], [1.3, 2], [-1.3, 2], [1, -6], [-1, -6],
  [1, 6], [-1, 6],
];
// Pixels that are as bad as a covered point. A name that covers more than FEW points, and more than it would if they
// lay evenly, is left out.
const [AWAY, FEW] = [50, 3];

const around = (x, y, half, high) => [x - half, y - high, x + half, y + high];

const isOver = (box, [x, y]) => x > box[0] && x < box[2] && y > box[1] && y < box[3];

// Points along the line from a box to a place.
const line = (box, [x, y]) => {
  const [left, top] = [Math.max(box[0], Math.min(x, box[2])), Math.max(box[1], Math.min(y, box[3]))];
  return Array.from({ length: 9 }, (_, n) => [left + ((x - left) * n) / 8, top + ((y - top) * n) / 8]);
};

const parsed = (canvas, colour) => {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
};

const packed = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

const mixed = (one, other, share) => [0, 1, 2].map((n) => Math.round(one[n] * share + other[n] * (1 - share)));

// Counts the points in a box, to within CELL pixels, at the same cost however many there are: by sums from the corner.
const counter = (dots, { width, height }) => {
  const wide = Math.ceil(width / CELL) + 1;
  const high = Math.ceil(height / CELL) + 1;
  const sums = new Uint16Array(wide * high);
  for (const [x, y] of dots) sums[Math.ceil(y / CELL) * wide + Math.ceil(x / CELL)]++;
  for (let row = 1; row < high; row++) {
    for (let n = row * wide + 1; n < (row + 1) * wide; n++) {
      sums[n] += sums[n - 1] + sums[n - wide] - sums[n - wide - 1];
    }
  }
  const within = (place, most) => Math.max(0, Math.min(most - 1, Math.round(place / CELL)));
  const before = (x, y) => sums[within(y, high) * wide + within(x, wide)];
  return ([left, top, right, bottom]) =>
    before(right, bottom) - before(left, bottom) - before(right, top) + before(left, top);
};

// The colours of the page, in the scheme that is in use.
export const palette = (element) => {
  const style = getComputedStyle(element);
  const probe = document.createElement("canvas");
  probe.width = probe.height = 1;
  const of = (name) => parsed(probe, style.getPropertyValue(name).trim());
  const ground = of("--surface");
  const groups = Array.from({ length: 12 }, (_, n) => of(`--map-${n}`));
  const all = [...groups, of("--map-none")];
  return {
    ground: packed(ground),
    full: all.map(packed),
    faint: all.map((colour) => packed(mixed(colour, ground, LIGHT))),
    rim: packed(of("--map-lit")),
    edges: new Map(
      [...all, ...all.map((colour) => mixed(colour, ground, LIGHT)), of("--map-lit")].map((colour) => [
        packed(colour),
        packed(mixed(colour, ground, 0.5)),
      ]),
    ),
    surface: style.getPropertyValue("--surface"),
    ink: style.getPropertyValue("--ink"),
    quiet: style.getPropertyValue("--quiet"),
    accent: style.getPropertyValue("--accent"),
  };
};

// The rows of a disc, each as its number, how far its full pixels reach from the middle (-1: none), and how far the
// half-toned ones of its edge do. Among many points nobody sees their edges.
const disc = (radius, isSoft) => {
  const rows = [];
  const half = (row, reach) => (Math.abs(row) > reach ? -1 : Math.floor(Math.sqrt(reach * reach - row * row)));
  for (let row = -Math.ceil(radius); row <= Math.ceil(radius); row++) {
    rows.push([row, half(row, radius), half(row, radius + (isSoft ? 0.6 : 0))]);
  }
  return rows;
};

// The radius of a point in CSS pixels: larger where there are few, and where one looks near.
const radiusOf = (number, zoom) =>
  Math.min(7, Math.max(1, 6 - Math.log10(number + 1)) * Math.min(2.2, zoom ** 0.3));

export class Drawing {
  constructor(canvas, over) {
    this.canvas = canvas;
    this.over = over;
    this.widths = new Map();
  }

  resize(width, height) {
    this.ratio = Math.min(2, devicePixelRatio || 1);
    for (const canvas of [this.canvas, this.over]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  // Points by x, y (from 0 to 1), the number of their colour, and whether they light up (null: nothing does).
  points({ x, y, codes, lit }, view, colours) {
    this.pixels.fill(colours.ground);
    const radius = radiusOf(x.length, view.zoom) * this.ratio;
    const colourOf = (of, n) => of[codes[n] === NONE ? 12 : codes[n]];
    const isSoft = x.length < MANY;
    const draw = (size, of) => this.discs(x, y, view, disc(size, isSoft), of, colours);
    if (lit === null) draw(radius, (n) => colourOf(colours.full, n));
    else {
      draw(radius, (n) => (lit[n] ? 0 : colourOf(colours.faint, n)));
      draw(radius * 1.3 + 1.5 * this.ratio, (n) => (lit[n] ? colours.rim : 0));
      draw(radius * 1.3, (n) => (lit[n] ? colourOf(colours.full, n) : 0));
    }
    this.context.putImageData(this.image, 0, 0);
  }

  // Discs at the points. Colour 0 leaves a point out.
  discs(x, y, view, rows, colourOf, { ground, edges }) {
    const { width, height } = this.canvas;
    const { pixels, ratio } = this;
    const scale = view.scale * ratio;
    const [left, top] = view.toScreen(0, 0).map((each) => each * ratio);
    const reach = rows.length;
    for (let n = 0; n < x.length; n++) {
      const column = Math.round(x[n] * scale + left);
      const row = Math.round(y[n] * scale + top);
      if (column < reach || row < reach || column >= width - reach || row >= height - reach) continue;
      const colour = colourOf(n);
      if (colour === 0) continue;
      const edge = rows[reach >> 1][2] > rows[reach >> 1][1] ? edges.get(colour) : 0;
      for (let k = 0; k < reach; k++) {
        const [down, full, soft] = rows[k];
        const middle = (row + down) * width + column;
        for (let away = full + 1; away <= soft; away++) {
          if (pixels[middle - away] === ground) pixels[middle - away] = edge;
          if (pixels[middle + away] === ground) pixels[middle + away] = edge;
        }
        for (let pixel = middle - full; pixel <= middle + full; pixel++) pixels[pixel] = colour;
      }
    }
  }

  // Names of places, the largest first, where they have room; an area; a cross in the middle; and a ring around the
  // document that is told about, whose card (a box) no name goes under.
  overlay({ names, points, corners, isOpen, hasCross, ring, card }, view, colours) {
    const context = this.over.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    this.area(context, corners, isOpen, view, colours);
    if (hasCross) this.cross(context, view, colours);
    this.names(context, names, this.sample(points, view), card ? [card] : [], view, colours);
    if (ring) this.ring(context, view.toScreen(...ring), radiusOf(points.x.length, view.zoom), colours);
  }

  ring(context, [x, y], radius, colours) {
    for (const [colour, width] of [[colours.surface, 6], [colours.ink, 2]]) {
      context.beginPath();
      context.arc(x, y, radius + 5, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
  }

  // Some of the points that are in sight, the same ones while the map moves.
  sample({ x, y }, view) {
    const found = [];
    for (let n = 0; n < x.length; n += Math.ceil(x.length / SAMPLE)) {
      const at = view.toScreen(x[n], y[n]);
      if (at[0] > 0 && at[1] > 0 && at[0] < view.width && at[1] < view.height) found.push(at);
    }
    return found;
  }

  area(context, corners, isOpen, view, colours) {
    if (corners.length < 2) return;
    context.beginPath();
    for (const [x, y] of corners) context.lineTo(...view.toScreen(x, y));
    if (!isOpen) context.closePath();
    context.lineWidth = 2;
    context.strokeStyle = colours.accent;
    context.stroke();
    context.globalAlpha = 0.1;
    context.fillStyle = colours.accent;
    context.fill("evenodd");
    context.globalAlpha = 1;
  }

  cross(context, view, colours) {
    const [x, y] = [view.width / 2, view.height / 2];
    context.beginPath();
    for (const [dx, dy] of [[9, 0], [0, 9]]) {
      context.moveTo(x - dx, y - dy);
      context.lineTo(x + dx, y + dy);
    }
    context.lineWidth = 1.5;
    context.strokeStyle = colours.ink;
    context.stroke();
  }

  names(context, names, dots, taken, view, colours) {
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const placed = this.placed(context, names, dots, taken, view);
    for (const { to } of placed) if (to.line.length > 0) this.lead(context, to.line, colours);
    for (const { name, font, to } of placed) {
      context.font = font;
      context.lineWidth = 4;
      context.strokeStyle = colours.surface;
      context.strokeText(name, ...to.middle);
      context.fillStyle = colours.ink;
      context.fillText(name, ...to.middle);
    }
  }

  // The names that have room, and where each stands.
  placed(context, names, dots, taken, view) {
    const [found, lines] = [[], []];
    const covered = counter(dots, view);
    const evenly = dots.length / (view.width * view.height);
    const most = Math.min(MOST, Math.ceil((view.width * view.height) / ROOM));
    for (const [n, { name: whole, x, y }] of names.entries()) {
      if (found.length >= most) break;
      const at = view.toScreen(x, y);
      if (!isOver([0, 0, view.width, view.height], at)) continue;
      const name = whole.length > LONGEST ? `${whole.slice(0, LONGEST - 1)}…` : whole;
      const size = n < 8 && most >= 12 ? 15 : 13;
      const font = `600 ${size}px system-ui, sans-serif`;
      context.font = font;
      const half = this.widthOf(context, name, size) / 2 + 4;
      const to = this.placeOf(at, [half, size * 0.8], { covered, evenly, taken, lines }, view);
      if (!to) continue;
      taken.push(to.box);
      lines.push(...to.line);
      found.push({ name, font, to });
    }
    return found;
  }

  // A thin line from a name that stands away from the middle of its group to it.
  lead(context, points, colours) {
    context.beginPath();
    context.moveTo(...points[0]);
    context.lineTo(...points.at(-1));
    context.lineWidth = 1;
    context.strokeStyle = colours.ink;
    context.stroke();
    context.beginPath();
    context.arc(...points.at(-1), 2, 0, 2 * Math.PI);
    context.fillStyle = colours.ink;
    context.fill();
  }

  // Where a name stands: near its place, where it covers few points, and no other name or line; null where all is bad.
  placeOf([at, top], [half, high], { covered, evenly, taken, lines }, view) {
    let [best, least] = [null, Infinity];
    const most = Math.max(FEW, evenly * 4 * (half + 4) * (high + 4));
    for (const [across, down] of PLACES) {
      const left = Math.max(half, Math.min(at + across * half, view.width - half)); // a name is read whole
      const middle = Math.max(high, Math.min(top + down * high, view.height - high));
      const box = around(left, middle, half, high);
      if (taken.some((each) => box[0] < each[2] && each[0] < box[2] && box[1] < each[3] && each[1] < box[3])) continue;
      if (lines.some((each) => isOver(box, each))) continue;
      const away = Math.hypot(Math.max(0, Math.abs(left - at) - half), Math.max(0, Math.abs(middle - top) - high));
      const lead = away > 1.2 * high ? line(box, [at, top]) : [];
      if (lead.some((point) => taken.some((each) => isOver(each, point)))) continue;
      const points = covered(around(left, middle, half + 4, high + 4));
      const cost = points + away / AWAY;
      if (points <= most && cost < least) [best, least] = [{ middle: [left, middle], box, line: lead }, cost];
      if (points === 0) break;
    }
    return best;
  }

  widthOf(context, name, size) {
    const key = `${size} ${name}`;
    if (!this.widths.has(key)) this.widths.set(key, context.measureText(name).width);
    return this.widths.get(key);
  }
}
