// Shapes on the map: what is seen of it, which points lie inside a polygon, which is nearest to a place.

// The part of the map that is seen. Places on the map are from 0 to 1, on the screen in CSS pixels.
export class View {
  constructor(width, height) {
    this.resize(width, height);
    this.whole();
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  whole() {
    this.x = 0.5;
    this.y = 0.5;
    this.zoom = 1;
  }

  get scale() {
    return Math.min(this.width, this.height) * this.zoom;
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  toMap(left, top) {
    return [(left - this.width / 2) / this.scale + this.x, (top - this.height / 2) / this.scale + this.y];
  }

  // Zoom so that what is at this place of the screen stays there.
  zoomBy(factor, left = this.width / 2, top = this.height / 2) {
    const [x, y] = this.toMap(left, top);
    this.zoom = Math.min(400, Math.max(0.8, this.zoom * factor));
    const [newX, newY] = this.toMap(left, top);
    this.moveBy(x - newX, y - newY);
  }

  moveBy(x, y) {
    this.x = Math.min(1, Math.max(0, this.x + x));
    this.y = Math.min(1, Math.max(0, this.y + y));
  }
}

// Whether a place lies in a polygon, by the even-odd rule, as Redis is asked.
export const isInside = (corners, x, y) => {
  let inside = false;
  for (let n = 0, before = corners.length - 1; n < corners.length; before = n++) {
    const [ax, ay] = corners[n];
    const [bx, by] = corners[before];
    if (ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay)) inside = !inside;
  }
  return inside;
};

const distance = ([x, y], [ax, ay], [bx, by]) => {
  const [dx, dy] = [bx - ax, by - ay];
  const share = dx || dy ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy))) : 0;
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
};

// The corners of a line that matter: none that is left out is farther than this from what is left
// (Douglas and Peucker).
const thinned = (corners, far) => {
  const kept = new Set([0, corners.length - 1]);
  const open = [[0, corners.length - 1]];
  while (open.length > 0) {
    const [first, last] = open.pop();
    let [farthest, at] = [far, -1];
    for (let n = first + 1; n < last; n++) {
      const away = distance(corners[n], corners[first], corners[last]);
      if (away > farthest) [farthest, at] = [away, n];
    }
    if (at < 0) continue;
    kept.add(at);
    open.push([first, at], [at, last]);
  }
  return corners.filter((_, n) => kept.has(n));
};

// A polygon of at most this many corners that is as near to the drawn one as that allows.
export const simplified = (corners, most = 60) => {
  let [far, found] = [0.0005, corners];
  while (found.length > most) {
    found = thinned(corners, far);
    far *= 1.5;
  }
  return found;
};

const written = (number) => String(Math.round(Math.min(1, Math.max(0, number)) * 1e5) / 1e5);

// The value of `area`: two corners of a rectangle, or all of a polygon.
export const toArea = (map, corners) => `${map}:${corners.map((each) => each.map(written).join(",")).join(",")}`;

export const fromArea = (map, area) => {
  const [on, numbers = ""] = area.split(":");
  if (on !== map) return [];
  const values = numbers.split(",").map(Number);
  const corners = Array.from({ length: Math.floor(values.length / 2) }, (_, n) => values.slice(2 * n, 2 * n + 2));
  return corners.length === 2 ? rectangle(...corners) : corners;
};

export const rectangle = ([ax, ay], [bx, by]) => [[ax, ay], [bx, ay], [bx, by], [ax, by]];

const CELLS = 128;

// Points in cells, to find the one that is nearest to a place.
export class Cells {
  constructor(x, y) {
    this.x = x;
    this.y = y;
    const cell = (n) => this.column(x[n]) + CELLS * this.column(y[n]);
    this.starts = new Uint32Array(CELLS * CELLS + 1);
    for (let n = 0; n < x.length; n++) this.starts[cell(n) + 1]++;
    for (let n = 0; n < CELLS * CELLS; n++) this.starts[n + 1] += this.starts[n];
    const next = this.starts.slice();
    this.points = new Uint32Array(x.length);
    for (let n = 0; n < x.length; n++) this.points[next[cell(n)]++] = n;
  }

  column(place) {
    return Math.min(CELLS - 1, Math.max(0, Math.floor(place * CELLS)));
  }

  // The nearest point that is no farther away; -1 if there is none.
  nearest(x, y, far) {
    let [found, best] = [-1, far];
    for (let row = this.column(y - far); row <= this.column(y + far); row++) {
      const from = this.starts[this.column(x - far) + CELLS * row];
      const to = this.starts[this.column(x + far) + CELLS * row + 1];
      for (let n = from; n < to; n++) {
        const away = Math.hypot(this.x[this.points[n]] - x, this.y[this.points[n]] - y);
        if (away < best) [found, best] = [this.points[n], away];
      }
    }
    return found;
  }
}
